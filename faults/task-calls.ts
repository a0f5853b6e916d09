import { type Draft, dcsData, type MakeDraft, PROJECT } from './draft.ts';
import type { Call } from './world/calls.ts';
import type { Random } from './world/random.ts';
import type { Values } from './world/task.ts';

/** A call without a body. */
const bodiless = (service: Draft['service'], call: Call, type: string, data: Values, repeatable: boolean): Draft => ({
  service,
  kind: 'valid',
  repeatable,
  call,
  bodiless: true,
  event: { type, data },
  body: {},
});

const withBody = (service: Draft['service'], call: Call, type: string, data: Values, repeatable: boolean): Draft => ({
  service,
  kind: 'valid',
  repeatable,
  call,
  event: { type, data },
  body: (data.body ?? {}) as Values,
});

const ids = (task_id: string) => ({ project_id: PROJECT, task_id });

export const stop = (task: string): Draft =>
  bodiless('dcs', 'stop', 'migration.dcs.migration-task.stop', ids(task), true);

export const restart = (task: string): Draft =>
  withBody('dcs', 'restart', 'migration.dcs.online-migration.restart', listing('migration_tasks', task), false);

export const deleteDcsTask = (task: string): Draft =>
  withBody('dcs', 'delete', 'migration.dcs.migration-task.delete', listing('task_id_list', task), true);

export const listing = (name: string, ...tasks: string[]) => ({ project_id: PROJECT, body: { [name]: tasks } });

/** Terraform leaves the body of an exchange out, and then an empty one is sent. */
export const exchange = (task: string, random: Random): Draft => {
  const body = random.chance(0.5) ? { is_exchange_domain: random.chance(0.5) } : undefined;
  const data = body ? dcsData(task, body) : ids(task);
  return withBody('dcs', 'exchange', 'migration.dcs.online-migration.exchange-ip', data, false);
};

export const rollBack = (task: string): Draft =>
  bodiless('dcs', 'rollback', 'migration.dcs.online-migration.rollback-ip', ids(task), false);

const SPANS = [
  { start: '00:00', end: '08:00', speed: 20 },
  { start: '08:00', end: '15:00', speed: 50, over_speed_threshold: 12.5 },
  { start: '15:00', end: '24:00' },
];

/** Limits of some hours of the day, or none at all. A span without a speed is sent with none. */
export const limitTo = (task_id: string, spans: Values[]): Draft => ({
  ...withBody('sms', 'limit', 'migration.sms.task.limit-speed', { task_id, body: { speed_limit: spans } }, true),
  body: { speed_limit: spans.map((span) => ({ speed: 0, ...span })) },
});
export const limit: MakeDraft = (task, random) => limitTo(task, SPANS.slice(0, random.between(0, SPANS.length)));

const KEYS = ['MIGRATE_EXCLUDE_DIR', 'LINUX_CPU_LIMIT', 'AN_OLDER_KEY'];

export const setOptionsTo = (task_id: string, configurations: Values[]): Draft =>
  withBody('sms', 'options', 'migration.sms.task.set-options', { task_id, body: { configurations } }, true);
export const setOptions: MakeDraft = (task, random) =>
  setOptionsTo(
    task,
    KEYS.slice(0, random.between(1, KEYS.length)).map((config_key) => ({
      config_key,
      config_value: random.pick(['/proc;/var/cache', '/tmp', '']),
    })),
  );

export const deleteSmsTask = (task_id: string): Draft =>
  bodiless('sms', 'delete', 'migration.sms.task.delete', { task_id }, true);

export const deleteSource = (source_id: string): Draft =>
  bodiless('sms', 'delete', 'migration.sms.source.delete', { source_id }, true);
