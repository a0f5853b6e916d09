import { subjectKey, type ValidRecord } from '../change/parse-record.ts';
import { lockTimedOut, superseded, unknown } from './completion.ts';
import type { Context, Job } from './context.ts';
import { complete, type Decision, release } from './decision.ts';
import type { ChangeRow, LockRequest, SubjectRow } from './ledger.ts';
import { backoff, isTooOld } from './policy.ts';
import { isSuperseded, judgeLock, PASS } from './sequence.ts';
import { DAY, ROW_DAYS } from './times.ts';

/** Raises the task's lock. Gives a decision if the change may not be sent, now or at all. */
export async function acquireLock(context: Context, job: Job): Promise<Decision | undefined> {
  const { ledger, policy, now } = context;
  const { order, row, owner } = job;
  const { sequence } = order.change;
  const expiresAt = now() + policy.times.lease;
  const { arrival, group, doubt } = row;
  const ask = { subject: subjectKey(order.subject), key: order.key, owner, expiresAt, sequence, arrival, group, doubt };
  if (doubt && mayBeRemoved(row, now())) return complete(job, unknown());
  if (await ledger.acquireLock(ask)) return undefined;
  const locked = await ledger.readSubject(ask.subject);
  return locked ? judge(context, job, ask, locked) : contended(context, job);
}

/** The lock is another's, or a newer change is known. */
async function judge(context: Context, job: Job, ask: LockRequest, locked: SubjectRow): Promise<Decision | undefined> {
  // It was this very request, repeated after a lost reply.
  if (locked.lock === ask.key && locked.owner === ask.owner) return undefined;
  const isOwn = locked.lock === ask.key;
  // Something else was sent since the change's own request, so neither a repeat nor a reading can be believed any more.
  if (job.row.doubt && !isOwn) return complete(job, unknown());
  if (isSuperseded(ask, locked)) return complete(job, superseded());
  const { ledger, policy, now } = context;
  const judged = isOwn ? PASS : judgeLock(locked, await ledger.readChange(locked.lock), now(), policy.maxAge);
  if (!judged.pass) return waitForLock(context, job, locked.lock, judged.expiresAt);
  return (await replace(context, ask, locked, judged.overtakes)) ? undefined : contended(context, job);
}

/** Takes the lock over. A change whose fate is open and that is left behind is told so in its own row first. */
async function replace({ ledger }: Context, ask: LockRequest, locked: SubjectRow, left?: ChangeRow): Promise<boolean> {
  if (left && !(await ledger.overtake(left))) return false;
  return (await ledger.replaceLock(ask, locked)) !== undefined;
}

const contended = (context: Context, job: Job) =>
  release(job, 'contended', backoff(0, context.policy), { attempts: job.row.attempts - 1 });

/** A wait lasts at least this part of the time that the change has waited already. */
const PATIENCE = 1 / 4;

/**
 * Waiting for a lock is no attempt; it ends only with the change's total age. The waits grow with that age: behind a
 * change whose message lay in the dead-letter queue, waits of a second used up the receives of all that came after it.
 */
function waitForLock({ policy, now }: Context, job: Job, holder: string, expiresAt: number): Decision {
  const { row } = job;
  if (isTooOld(job, now(), policy)) return complete(job, lockTimedOut());
  const wait = Math.max(expiresAt - now() + backoff(0, policy), (now() - row.firstSeen) * PATIENCE);
  return { ...release(job, 'subject_locked', wait, { attempts: row.attempts - 1 }), behind: holder };
}

/**
 * False if the claim that `row` stands for provably never sent a request. Either its operation looks at the task first and
 * never did; or its guard was never passed: the lock isn't the change's, and whoever replaced it would have said so in the
 * change's row. Whose claim raised the lock proves nothing: a guard of an earlier claim that took effect late had put its
 * own name there.
 */
export async function mayHaveSent({ ledger, now }: Context, order: ValidRecord, row: ChangeRow): Promise<boolean> {
  if (row.doubt || row.overtaken) return true;
  if (!order.operation.repeatable && row.baseline === undefined) return false;
  const locked = await ledger.readSubject(subjectKey(order.subject));
  return locked ? locked.lock === row.key : mayBeRemoved(row, now());
}

/** True if the row of the change's task may have been removed since it was written: its absence then proves nothing. */
const mayBeRemoved = ({ firstSeen }: ChangeRow, now: number) => now - firstSeen > (ROW_DAYS / 2) * DAY;
