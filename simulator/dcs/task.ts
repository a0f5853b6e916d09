import { refuse } from '../errors.ts';
import type { Members } from '../json.ts';
import type { Applied, Call, World } from '../world.ts';

/** The key of a DCS task in its store. */
export const dcsKey = (project: string, task: string): string => `${project}/${task}`;

/** A time as the details call shows it, such as 2019/10/22 14:44:30. */
const timestamp = (time: number): string =>
  new Date(time).toISOString().slice(0, 19).replaceAll('-', '/').replace('T', ' ');

/** A task that waits for its configuration. `wanted` replaces its members. */
export const newDcsTask = (task: string, wanted: Members, now: number): Members => ({
  task_id: task,
  task_name: `dcs-migration-${task.slice(0, 4)}`,
  description: '',
  status: 'RUNNING',
  migration_type: 'online_migration',
  network_type: 'vpc',
  created_at: timestamp(now),
  updated_at: timestamp(now),
  supported_features: [],
  ...wanted,
});

export const INCREMENTAL = ['INCRMIGRATING', 'INCRMIGEATING'];
export const MIGRATING = ['MIGRATING', 'FULLMIGRATING', ...INCREMENTAL];
export const STOPPED = ['TERMINATED', 'SUCCESS', 'MIGRATION_SUCCESS', 'FAILED', 'MIGRATION_FAILED', 'ERROR'];

/** The code for a call that the task's status does not allow; undefined if it does. No manual names it; this is the likeliest. */
export function statusRefusal(status: unknown, allowed: readonly string[] | 'any'): string | undefined {
  if (status === 'DELETED') return 'DCS.4133';
  return allowed === 'any' || allowed.includes(String(status)) ? undefined : 'DCS.4957';
}

/** The task of a call. Refuses the call if there is none, or if its status does not allow the call. */
export function findTask(
  world: World,
  { project, task }: Pick<Call, 'project' | 'task'>,
  allowed: readonly string[] | 'any',
  refusalOf = statusRefusal,
): Members {
  const found = world.dcs.get(dcsKey(project, task)) ?? refuse('DCS.4133');
  const code = refusalOf(found.status, allowed);
  return code === undefined ? found : refuse(code);
}

/** Puts a new task into the store. Lists show it as late as the settings say. */
export function createTask(world: World, project: string, task: string, members: Members): Applied {
  const after = newDcsTask(task, members, world.clock());
  world.dcs.create(dcsKey(project, task), after, world.clock());
  return { task, before: {}, after };
}

/** Puts a task that was changed in the place of what it was before. */
export function changeTask(world: World, project: string, before: Members, changed: Members): Applied {
  const after = { ...changed, updated_at: timestamp(world.clock()) };
  const task = String(before.task_id);
  world.dcs.change(dcsKey(project, task), after);
  return { task, before, after };
}
