import { refuse } from '../errors.ts';
import { list, members, text } from '../rules.ts';
import type { Operation } from '../world.ts';
import { readMembers } from './body.ts';
import { changeTask, dcsKey, STOPPED, statusRefusal } from './task.ts';

const DELETABLE = ['RUNNING', 'RELEASED', ...STOPPED];
const deletion = members({ task_id_list: list(text(Infinity, 1), Infinity, 1) }, ['task_id_list']);

/** DELETE /v2/{project_id}/migration-tasks/delete. The page says that unknown ids are skipped. A running task refuses the whole call. */
export const deleteMigrationTask: Operation = (world, call) => {
  const { task_id_list } = readMembers(call, deletion);
  const ids = [...new Set(task_id_list as string[])];
  const known = ids.map((task) => world.dcs.get(dcsKey(call.project, task))).filter((task) => task !== undefined);
  const present = known.filter(({ status }) => status !== 'DELETED');
  const code = present.map(({ status }) => statusRefusal(status, DELETABLE)).find((one) => one !== undefined);
  if (code !== undefined) refuse(code);
  return {
    reply: { status: 200, body: { task_id_list } },
    applied: present.map((task) => changeTask(world, call.project, task, { ...task, status: 'DELETED' })),
  };
};
