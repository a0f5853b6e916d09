import type { Entry } from '../../simulator/log.ts';
import type { StartSources, StartTasks } from '../../simulator/start-tasks.ts';
import { PROJECT } from '../draft.ts';
import { type Call, effectOf, isCreation } from '../world/calls.ts';
import { GONE } from '../world/cloud-tasks.ts';
import { naturalKeyOf, sourceKey } from '../world/natural-keys.ts';
import type { Values } from '../world/task.ts';

/** What the simulator's operations are called in changes. */
const CALLS: Record<string, Call> = {
  SetOnlineMigrationTask: 'configure',
  UpdateMigrationTask: 'update',
  StopMigrationTask: 'stop',
  BatchRestartOnlineMigrationTasks: 'restart',
  ExchangeInstanceIp: 'exchange',
  RollbackExchangeInstanceIp: 'rollback',
  DeleteMigrationTask: 'delete',
  UpdateTask: 'update',
  UpdateTaskStatus: 'act',
  UpdateSpeed: 'limit',
  UploadSpecialConfigurationSetting: 'options',
  DeleteTask: 'delete',
  DeleteServer: 'delete',
  CreateOnlineMigrationTask: 'create_online',
  CreateMigrationTask: 'create_import',
  CreateTask: 'create_sms',
};
/** What an entry of the log calls. */
export const callOf = ({ operation }: Entry): Call | undefined => CALLS[operation];

/** The members of a request's body; none if it was empty. */
export const bodyOf = ({ body }: Entry): Values => JSON.parse(body || '{}') as Values;

/** The key of the subject that a call is about. Creations and lists have a natural one, because no path names their subject. */
export const keyOf = (entry: Entry): string => naturalKeyOf(entry.path, bodyOf(entry)) ?? keyInPath(entry);
const keyInPath = ({ service, task = '', source }: Entry) =>
  source === undefined ? `${service}/${task}` : sourceKey(source);

/** The tasks and source servers at the start, as the simulator takes them. */
export function startOf(subjects: ReadonlyMap<string, Values>) {
  const tasks: Required<StartTasks> = { dcs: [], sms: [] };
  const sources: Required<StartSources> = { sms: [] };
  for (const [key, values] of subjects) {
    const [place, id = ''] = key.split('/');
    if (place === 'dcs') tasks.dcs.push({ ...values, project_id: PROJECT, task_id: id });
    if (place === 'sms') tasks.sms.push({ ...values, task_id: id });
    if (place === 'sms-source') sources.sms.push({ ...values, source_id: id });
  }
  return { tasks, sources };
}

const HALTED = new Set<unknown>(['TERMINATING', 'TERMINATED']);

/**
 * What a subject shows, by the names that the checker has for it (`effectOf`). None of these values changes when a task moves
 * on by itself, which the log does not tell.
 */
export function valuesOf(members: Values): Values {
  const { status, state, task_status, speed_limits, configurations = [] } = members;
  return {
    ...members,
    halted: HALTED.has(status),
    heading: task_status === 'EXCHANGING' ? 'EXCHANGE_SUCCESS' : task_status,
    ...effectOf('limit', { speed_limit: speed_limits }),
    ...effectOf('options', { configurations }),
    ...((status === 'DELETED' || state === 'DELETING') && GONE),
  };
}

/** What a subject shows after a request was applied. Of one that was removed at once there is nothing; a name has no values. */
export function valuesAfter(entry: Entry, before: Values = {}): Values {
  if (isCreation(callOf(entry))) return before;
  const after = entry.after as Values;
  return Object.keys(after).length === 0 ? GONE : valuesOf(after);
}

/** The codes of reads that are refused because the subject, or what they are to show, does not exist. */
const NOTHING_TO_SHOW = new Set(['DCS.4133', 'SMS.7703', 'SMS.7602', 'SMS.6302']);
/** True if the answer to a read says how the subject is. */
export const isShown = ({ status, code = '' }: Entry): boolean => status === 200 || NOTHING_TO_SHOW.has(code);
