import { routesOf } from '../route.ts';
import { updateTaskStatus } from './action.ts';
import { showConfigSetting, uploadSpecialConfigurationSetting } from './configuration.ts';
import { createTask } from './creation.ts';
import { deleteTask } from './deletion.ts';
import { listTasks } from './list.ts';
import { deleteServer, listServers, showServer } from './source-calls.ts';
import { showsSpeedLimits, updateSpeed } from './speed-limit.ts';
import { showTask } from './task.ts';
import { updateTask } from './update.ts';

const route = routesOf('sms');

const TASK = '/v3/tasks/{task_id}';
const SETTING = `${TASK}/configuration-setting`;
const SOURCE = '/v3/sources/{source_id}';

/** The calls of SMS. */
export const SMS_ROUTES = [
  route('CreateTask', 'POST /v3/tasks', createTask),
  route('UpdateTask', `PUT ${TASK}`, updateTask),
  route('UpdateTaskStatus', `POST ${TASK}/action`, updateTaskStatus),
  route('UpdateSpeed', `POST ${TASK}/speed-limit`, updateSpeed),
  route('UploadSpecialConfigurationSetting', `POST ${SETTING}`, uploadSpecialConfigurationSetting),
  route('DeleteTask', `DELETE ${TASK}`, deleteTask),
  route('DeleteServer', `DELETE ${SOURCE}`, deleteServer),
  route('ShowTask', `GET ${TASK}`, showTask),
  route('ListTasks', 'GET /v3/tasks', listTasks),
  route('ShowsSpeedLimits', `GET ${TASK}/speed-limit`, showsSpeedLimits),
  route('ShowConfigSetting', `GET ${SETTING}`, showConfigSetting),
  route('ShowServer', `GET ${SOURCE}`, showServer),
  route('ListServers', 'GET /v3/sources', listServers),
];
