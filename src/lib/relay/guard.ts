import { type Order, taskKey } from '../change/intake.ts';
import type { ChangeRow, GuardRequest, TaskRow } from '../ledger/ledger.ts';
import { superseded, unknown, waitedOut } from './ending.ts';
import { type Context, type Job, letGo } from './job.ts';
import { NotYet } from './not-yet.ts';
import { isSuperseded, judgeBarrier } from './order.ts';
import { backoff, isTooOld } from './policy.ts';
import type { Ending } from './result.ts';

/** Raises the task's barrier. Gives an ending if the change must not be sent any more; throws NotYet while another holds it. */
export async function guard(context: Context, job: Job): Promise<Ending | undefined> {
  const { ledger, policy, now } = context;
  const { order, row, owner } = job;
  const { sequence } = order.change;
  const until = now() + policy.times.lease;
  const ask = { task: taskKey(order.task), key: order.key, owner, until, sequence, arrival: row.arrival };
  if (await ledger.guard(ask)) return undefined;
  const task = await ledger.readTask(ask.task);
  return task ? judge(context, job, ask, task) : contended(context, job);
}

/** The barrier is another's, or a newer change is known. */
async function judge(context: Context, job: Job, ask: GuardRequest, task: TaskRow): Promise<Ending | undefined> {
  // It was this very request, repeated after a lost reply.
  if (task.barrier === ask.key && task.owner === ask.owner) return undefined;
  if (isSuperseded(ask, task)) return job.row.doubt ? unknown() : superseded();
  const until = await obstacle(context, ask, task);
  if (until !== undefined) return heldBack(context, job, task.barrier, until);
  return (await context.ledger.replaceBarrier(ask, task)) ? undefined : contended(context, job);
}

/** Until when the barrier that stands holds the newcomer; undefined if it doesn't. */
async function obstacle(
  { ledger, policy, now }: Context,
  ask: GuardRequest,
  task: TaskRow,
): Promise<number | undefined> {
  if (task.barrier === ask.key) return undefined;
  const judged = judgeBarrier(task, await ledger.readChange(task.barrier), now(), policy.maxAge);
  return judged.pass ? undefined : judged.until;
}

const contended = (context: Context, job: Job) =>
  letGo(context, job, 'contended', backoff(0, context.policy), { attempts: job.row.attempts - 1 });

/** A wait lasts at least this part of the time that the change has waited already. */
const PATIENCE = 1 / 4;

/**
 * Waiting for a barrier is no attempt; it ends only with the change's total age. The waits grow with that age: behind a
 * change whose message lay in the dead-letter queue, waits of a second used up the receives of all that came after it.
 */
async function heldBack(context: Context, { row, owner }: Job, holder: string, until: number): Promise<Ending> {
  const { policy, now, ledger } = context;
  const attempts = row.attempts - 1;
  if (isTooOld(row, now(), policy)) return row.doubt ? unknown() : waitedOut();
  const wait = Math.max(until - now() + backoff(0, policy), (now() - row.firstSeen) * PATIENCE);
  await ledger.release(row.key, owner, { attempts });
  throw new NotYet('barrier_held', wait).afterTrying(attempts).waitingFor(holder);
}

/**
 * False if the claim that `row` stands for provably never sent a request. Either its operation looks at the task first and
 * never did; or its guard was never passed: the barrier isn't the change's, and nobody can have replaced it, which is
 * possible only near the change's total age. Whose claim raised the barrier proves nothing: a guard of an earlier claim that
 * took effect late had put its own name there.
 */
export async function mayHaveSent({ ledger, policy, now }: Context, order: Order, row: ChangeRow): Promise<boolean> {
  if (!order.operation.repeatable && row.before === undefined) return false;
  if (row.doubt || isTooOld(row, now() + policy.times.lease, policy)) return true;
  return (await ledger.readTask(taskKey(order.task)))?.barrier === row.key;
}
