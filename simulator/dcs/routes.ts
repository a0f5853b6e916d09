import { routesOf } from '../route.ts';
import { exchangeInstanceIp, rollbackExchangeInstanceIp } from './addresses.ts';
import { createMigrationTask } from './backup-import.ts';
import { setOnlineMigrationTask, updateMigrationTask } from './configuration.ts';
import { createOnlineMigrationTask } from './creation.ts';
import { deleteMigrationTask } from './deletion.ts';
import { showMigrationTask } from './details.ts';
import { showJobInfo } from './job.ts';
import { listMigrationTask } from './list.ts';
import { batchRestartOnlineMigrationTasks, stopMigrationTask } from './runs.ts';

const route = routesOf('dcs');

const PROJECT = '/v2/{project_id}';
const TASK = `${PROJECT}/migration-task/{task_id}`;

/** Open Telekom Cloud has no API page for these calls. */
const ONLY_HUAWEI = { cloud: 'huawei-cloud' } as const;

/** The calls of DCS. */
export const DCS_ROUTES = [
  route('CreateOnlineMigrationTask', `POST ${PROJECT}/migration/instance`, createOnlineMigrationTask),
  route('CreateMigrationTask', `POST ${PROJECT}/migration-task`, createMigrationTask),
  route('SetOnlineMigrationTask', `POST ${PROJECT}/migration/{task_id}/task`, setOnlineMigrationTask),
  route('UpdateMigrationTask', `PUT ${TASK}`, updateMigrationTask),
  route('StopMigrationTask', `POST ${TASK}/stop`, stopMigrationTask),
  route(
    'BatchRestartOnlineMigrationTasks',
    `POST ${PROJECT}/migration-tasks/batch-restart`,
    batchRestartOnlineMigrationTasks,
    { tasksIn: 'migration_tasks', ...ONLY_HUAWEI },
  ),
  route('ExchangeInstanceIp', `POST ${TASK}/exchange-ip`, exchangeInstanceIp, ONLY_HUAWEI),
  route('RollbackExchangeInstanceIp', `POST ${TASK}/rollback-ip`, rollbackExchangeInstanceIp, ONLY_HUAWEI),
  route('DeleteMigrationTask', `DELETE ${PROJECT}/migration-tasks/delete`, deleteMigrationTask, {
    tasksIn: 'task_id_list',
  }),
  route('ShowMigrationTask', `GET ${TASK}`, showMigrationTask),
  route('ListMigrationTask', `GET ${PROJECT}/migration-tasks`, listMigrationTask),
  route('ShowJobInfo', `GET ${PROJECT}/jobs/{job_id}`, showJobInfo),
];
