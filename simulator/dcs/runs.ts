import { meaningOf, numericTwin } from '../error-sheet.ts';
import { list, members, text } from '../rules.ts';
import type { Applied, Operation, World } from '../world.ts';
import { readMembers } from './body.ts';
import { dcsTaskDetails } from './details.ts';
import { changeTask, dcsKey, findTask, MIGRATING, statusRefusal } from './task.ts';

/** POST /v2/{project_id}/migration-task/{task_id}/stop. The reply has all details, also passwords in clear text. */
export const stopMigrationTask: Operation = (world, call) => {
  const before = findTask(world, call, MIGRATING);
  const applied = changeTask(world, call.project, before, { ...before, status: 'TERMINATING' });
  return { reply: { status: 200, body: dcsTaskDetails(applied.after) }, applied: [applied] };
};

const RESTARTABLE = ['TERMINATED', 'FAILED', 'MIGRATION_FAILED'];
const restart = members({ migration_tasks: list(text(Infinity, 1), 50, 1) }, ['migration_tasks']);

interface Restart {
  element: object;
  applied?: Applied;
}

function failed({ settings }: World, task: string, code: string): Restart {
  const { status, text: error_msg } = meaningOf(code);
  const error_code = settings.numeric_codes === true ? numericTwin(code, status) : code;
  return { element: { result: 'failed', task_id: task, error_msg, error_code } };
}

/** Restarts one task with the configuration that it has. Gives its element of the reply. */
function restartTask(world: World, project: string, task: string): Restart {
  const before = world.dcs.get(dcsKey(project, task));
  if (before === undefined) return failed(world, task, 'DCS.4133');
  const code = statusRefusal(before.status, RESTARTABLE);
  if (code !== undefined) return failed(world, task, code);
  return {
    element: { result: 'success', task_id: task, error_msg: null, error_code: null },
    applied: changeTask(world, project, before, { ...before, status: 'FULLMIGRATING' }),
  };
}

/** POST /v2/{project_id}/migration-tasks/batch-restart. The reply is a 200 that says of each task how it went. */
export const batchRestartOnlineMigrationTasks: Operation = (world, call) => {
  const { migration_tasks } = readMembers(call, restart);
  const results = (migration_tasks as string[]).map((task) => restartTask(world, call.project, task));
  return {
    reply: { status: 200, body: { migration_tasks: results.map(({ element }) => element) } },
    applied: results.flatMap(({ applied }) => applied ?? []),
  };
};
