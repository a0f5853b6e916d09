import { refuse } from '../errors.ts';
import type { Members } from '../json.ts';
import { flag, list, members, text } from '../rules.ts';
import type { Call, Operation, Result, World } from '../world.ts';
import { readMembers } from './body.ts';
import { changeTask, findTask, INCREMENTAL } from './task.ts';

/** The page requires both members, but Terraform leaves them out and its live test passes. */
const exchange = members({ exchanged_ip: list(text(Infinity)), is_exchange_domain: flag });

function enter(world: World, { project }: Call, before: Members, task_status: string): Result {
  const applied = changeTask(world, project, before, { ...before, task_status });
  return { reply: { status: 204 }, applied: [applied] };
}

/** POST /v2/{project_id}/migration-task/{task_id}/exchange-ip: the target takes over the addresses of the source. */
export const exchangeInstanceIp: Operation = (world, call) => {
  readMembers(call, exchange);
  const before = findTask(world, call, INCREMENTAL);
  if (before.task_status === 'EXCHANGING') refuse('DCS.4957');
  return enter(world, call, before, 'EXCHANGING');
};

/** POST /v2/{project_id}/migration-task/{task_id}/rollback-ip. The word for a rollback under way is not published. */
export const rollbackExchangeInstanceIp: Operation = (world, call) => {
  const before = findTask(world, call, 'any');
  if (before.task_status !== 'EXCHANGE_SUCCESS') refuse('DCS.4957');
  return enter(world, call, before, 'ROLLBACK_SUCCESS');
};
