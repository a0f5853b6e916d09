import { subjectKey } from '../change/parse-record.ts';
import type { Verdict } from '../operations/operation.ts';
import { completionOf, type Failure, isGone, notApplied } from './completion.ts';
import type { Context, Job } from './context.ts';
import { complete, type Decision, keep, release } from './decision.ts';
import { backoff, circuitOpenDelay, isExhausted, isTooOld } from './policy.ts';
import { READ_FAILURES } from './relay-errors.ts';
import type { Completion } from './result.ts';
import { baselineTest, readTask, snapshotOf } from './snapshot.ts';

/**
 * Finds out by read-back what became of a change in doubt. `refusal` is a definite refusal of a later request of the same
 * change; it is believed only when the reads agree with it. The lease is over, so any earlier request has taken effect by
 * now, or never will.
 */
export async function reconcile(context: Context, job: Job, refusal?: Failure): Promise<Decision> {
  const firstRead = await readBack(context, job);
  if ('failure' in firstRead) return decideOnReadFailure(context, job, firstRead.failure);
  if (firstRead.verdict === 'cannot-tell') return decideCannotTell(context, job, firstRead, refusal);
  if (firstRead.verdict === 'applied') return completeApplied(context, job, firstRead.completion);
  await context.sleep(context.policy.times.readGap);
  const secondRead = await readBack(context, job);
  if ('failure' in secondRead) return decideOnReadFailure(context, job, secondRead.failure);
  if (secondRead.verdict === 'applied') return completeApplied(context, job, secondRead.completion);
  if (secondRead.verdict === 'cannot-tell') return decideCannotTell(context, job, secondRead, refusal);
  return decideNotApplied(context, job, refusal);
}

interface ReadBackResult {
  verdict: Verdict;
  completion: Completion;
}

async function readBack(context: Context, job: Job): Promise<ReadBackResult | { failure: Failure }> {
  const { operation, data } = job.change;
  const snapshot = snapshotOf(job.change, await readTask(context, job));
  if ('failure' in snapshot) return snapshot;
  const isBaseline = baselineTest(operation, job.row.baseline);
  const created = operation.readBack.created?.(snapshot.values, isBaseline);
  return {
    verdict: operation.readBack.verdict(snapshot.values, data, isBaseline),
    completion: {
      outcome: 'succeeded',
      confirmedBy: 'read-back',
      status: snapshot.status,
      requestId: snapshot.requestId,
      unverifiable: operation.readBack.unverifiable(data),
      ...(created && { created }),
      ...(snapshot.failedState !== undefined && { warnings: [failedStateWarning(snapshot.failedState)] }),
    },
  };
}

const failedStateWarning = (state: string) => `the task is in a failed state: ${state}`;

/** A read may be believed only while nothing newer was sent for the task. */
async function isNewest({ ledger }: Context, { change }: Job): Promise<boolean> {
  return (await ledger.readSubject(subjectKey(change.subject)))?.lock === change.key;
}

async function completeApplied(context: Context, job: Job, completion: Completion): Promise<Decision> {
  return complete(job, (await isNewest(context, job)) ? completion : outcomeUnknown(job));
}

/** Two reads agree that the change was not applied. */
async function decideNotApplied(context: Context, job: Job, refusal: Failure | undefined): Promise<Decision> {
  if (!(await isNewest(context, job))) return complete(job, outcomeUnknown(job));
  if (refusal) return complete(job, notApplied(refusal));
  if (isExhausted(job, context.now(), context.policy)) return complete(job, notApplied(retriesExhausted));
  const isCreation = job.change.operation.createdIn !== undefined;
  return release(job, 'not_applied', 0, { doubt: false, ...(isCreation && { resent: true }) });
}

/** A repeatable operation may be sent again although the effect of its request is not known, but only while nothing newer was sent. */
async function decideCannotTell(
  context: Context,
  job: Job,
  { completion: { created = [] } }: ReadBackResult,
  refusal: Failure | undefined,
): Promise<Decision> {
  if (created.length > 1) return complete(job, { ...completionOf('created_several'), created });
  const { change, row } = job;
  const mayRepeat = change.operation.repeatable && !refusal && !isExhausted(job, context.now(), context.policy);
  if (!mayRepeat || !(await isNewest(context, job))) return complete(job, outcomeUnknown(job));
  // The row was marked as in doubt when it was taken over, and stays so.
  return release(job, 'outcome_unknown', backoff(row.attempts, context.policy));
}

/**
 * The task can't be read. The row stays CALLING and its lease ends at once, so that the next delivery takes it over and
 * reads again. A task that does not exist will never show more, so the change ends without using up its attempts.
 */
function decideOnReadFailure({ policy, now }: Context, job: Job, failure: Failure): Decision {
  const { row } = job;
  const { circuitOpen, retryAfter } = failure;
  const isOver = circuitOpen ? isTooOld(job, now(), policy) : isExhausted(job, now(), policy);
  if (isOver || isGone(failure)) return complete(job, { ...outcomeUnknown(job), status: failure.status });
  const attempts = circuitOpen ? row.attempts - 1 : row.attempts;
  const delay = circuitOpen
    ? circuitOpenDelay(job, now(), policy, retryAfter)
    : backoff(row.attempts, policy, retryAfter);
  return keep(job, 'read_failed', delay, { lease: now(), attempts }, failure);
}

const outcomeUnknown = ({ change }: Job): Completion => ({
  ...completionOf('outcome_unknown'),
  unverifiable: change.operation.readBack.unverifiable(change.data),
});

const retriesExhausted: Failure = { ok: false, executed: 'no', error: READ_FAILURES.retries_exhausted };
