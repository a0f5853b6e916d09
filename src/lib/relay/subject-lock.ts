import { subjectKey, type ValidRecord } from '../change/parse-record.ts';
import { completionOf, outcomeUnknown } from './completion.ts';
import type { Context, Job } from './context.ts';
import { complete, type Decision, release } from './decision.ts';
import type { ChangeRow, LockRequest, SubjectRow } from './ledger.ts';
import { isTooOld, jitter } from './policy.ts';
import { checkLock, isSuperseded, PASS } from './sequence.ts';
import { DAY, ROW_DAYS } from './times.ts';

/** Acquires the subject's lock. Returns a decision if the change may not be sent now, or never. */
export async function acquireLock(context: Context, job: Job): Promise<Decision | undefined> {
  const { ledger, policy, now } = context;
  const { change, row, owner } = job;
  const { sequence } = change.event;
  const expiresAt = now() + policy.times.lease;
  const { key, arrival, group, doubt } = row;
  const mustExpire = change.operation.readBack.isUnmarked === true;
  const request = {
    ...{ subject: subjectKey(change.subject), key, owner, expiresAt, sequence, arrival, group, doubt, mustExpire },
  };
  if (doubt && mayBeRemoved(row, now())) return complete(job, outcomeUnknown(job));
  if (await ledger.acquireLock(request)) return undefined;
  const subjectRow = await ledger.readSubject(request.subject);
  return subjectRow ? decideOnLock(context, job, request, subjectRow) : releaseContended(context, job);
}

/** Decides what to do when another change holds the lock, or a newer change is known. */
async function decideOnLock(
  context: Context,
  job: Job,
  request: LockRequest,
  subjectRow: SubjectRow,
): Promise<Decision | undefined> {
  // This very write took effect, its reply was lost, and it was repeated.
  if (subjectRow.lock === request.key && subjectRow.owner === request.owner) return undefined;
  const isOwn = subjectRow.lock === request.key;
  // Another change was sent after this one's request, so neither a repeat nor a read-back can be believed any more.
  if (job.row.doubt && !isOwn) return complete(job, outcomeUnknown(job));
  if (isSuperseded(request, subjectRow)) return complete(job, completionOf('newer_change_handled'));
  const { ledger, policy, now } = context;
  const verdict = isOwn
    ? PASS
    : checkLock(subjectRow, await ledger.readChange(subjectRow.lock), request, now(), policy.maxAge);
  if (!verdict.pass) return waitForLock(context, job, subjectRow.lock, verdict);
  return (await replaceLock(context, request, subjectRow, verdict.overtakes))
    ? undefined
    : releaseContended(context, job);
}

/** Takes the lock over. If the change that loses it is still open, this is noted in that change's row first. */
async function replaceLock(
  { ledger }: Context,
  request: LockRequest,
  subjectRow: SubjectRow,
  loser?: ChangeRow,
): Promise<boolean> {
  if (loser && !(await ledger.overtake(loser))) return false;
  return (await ledger.replaceLock(request, subjectRow)) !== undefined;
}

const releaseContended = (context: Context, job: Job) =>
  release(job, 'contended', jitter(context.policy), { attempts: job.row.attempts - 1 });

/** A change waits for a lock at least this part of the time for which it has waited already. */
const LOCK_SHARE_OF_AGE = 1 / 4;

/**
 * Waiting for a lock does not count as an attempt; it ends only with the change's total age. The waits grow with that age:
 * when the lock's holder is in the dead-letter queue, short waits would use up the receives of all changes after it. Once the
 * holder has ended, the lock only has to expire.
 */
function waitForLock(
  { policy, now }: Context,
  job: Job,
  holder: string,
  { expiresAt, isEnded }: { expiresAt: number; isEnded: boolean },
): Decision {
  const { row } = job;
  if (isTooOld(job, now(), policy)) return complete(job, completionOf('task_busy'));
  const share = isEnded ? 0 : LOCK_SHARE_OF_AGE;
  const wait = Math.max(expiresAt - now() + jitter(policy), (now() - row.firstSeen) * share);
  return { ...release(job, 'subject_locked', wait, { attempts: row.attempts - 1 }), behind: holder };
}

/**
 * False if the change certainly never sent a request. Either its operation needs a baseline first and there is none. Or the
 * change never held the lock: it does not hold it now, and a change that took it over would have noted that in this row.
 * The owner in the lock proves nothing, because the write of an earlier claim may have taken effect late.
 */
export async function mayHaveSent({ ledger, now }: Context, change: ValidRecord, row: ChangeRow): Promise<boolean> {
  if (row.doubt || row.overtaken) return true;
  if (!change.operation.repeatable && row.baseline === undefined) return false;
  const subjectRow = await ledger.readSubject(subjectKey(change.subject));
  return subjectRow ? subjectRow.lock === row.key : mayBeRemoved(row, now());
}

/** True if the subject's row may have been removed since it was written, so that its absence proves nothing. */
const mayBeRemoved = ({ firstSeen }: ChangeRow, now: number) => now - firstSeen > (ROW_DAYS / 2) * DAY;
