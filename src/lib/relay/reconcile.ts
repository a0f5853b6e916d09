import { subjectKey } from '../change/parse-record.ts';
import type { JsonObject } from '../json/exact-json.ts';
import type { BaselineTest, Verdict } from '../operations/operation.ts';
import { completionOf, type Failure, isGone, notApplied, outcomeUnknown } from './completion.ts';
import type { Context, Job } from './context.ts';
import { complete, type Decision, keep, release } from './decision.ts';
import { incomplete } from './listing.ts';
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

/**
 * Reads once more before an operation that must not repeat is sent again: since the reads that showed "not applied", its
 * first request may have been carried out. Undefined if it still was not.
 */
export async function reviewBeforeResend(context: Context, job: Job): Promise<Decision | undefined> {
  const read = await readBack(context, job);
  if ('failure' in read) return decideOnReadFailure(context, job, read.failure);
  if (read.verdict === 'applied') return completeApplied(context, job, read.completion);
  return read.verdict === 'cannot-tell' ? decideCannotTell(context, job, read) : undefined;
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
  const created = createdIn(job, snapshot.values, isBaseline);
  if (!created) return { failure: incomplete(snapshot.status) };
  const state = snapshot.failedState(created[0]);
  return {
    verdict: verdictOf(job, snapshot.values, isBaseline, created),
    completion: {
      outcome: 'succeeded',
      confirmedBy: 'read-back',
      status: snapshot.status,
      requestId: snapshot.requestId,
      unverifiable: operation.readBack.unverifiable(data),
      ...(created.length > 0 && { created }),
      ...(state !== undefined && { warnings: [failedStateWarning(state)] }),
    },
  };
}

/** Where a reply named what was created, only others can make the result uncertain. */
function verdictOf(
  { change, row }: Job,
  values: JsonObject,
  isBaseline: BaselineTest | undefined,
  created: string[],
): Verdict {
  if (row.created === undefined) return change.operation.readBack.verdict(values, change.data, isBaseline);
  return isBaseline && created.length === 1 ? 'applied' : 'cannot-tell';
}

/**
 * The ids of what a change may have created, the one that a reply named among them. Undefined if the list lacks that one: it
 * is then older than the reply, and others may be missing as well.
 */
function createdIn(
  { change, row }: Job,
  values: JsonObject,
  isBaseline: BaselineTest | undefined,
): string[] | undefined {
  const shown = change.operation.readBack.created?.(values, isBaseline) ?? [];
  if (row.created === undefined) return shown;
  return (values.ids as string[]).includes(row.created) ? [...new Set([row.created, ...shown])] : undefined;
}

const failedStateWarning = (state: string) => `the task is in a failed state: ${state}`;

/** A read may be believed only while nothing newer was sent for the task. */
async function isNewest({ ledger }: Context, { change }: Job): Promise<boolean> {
  return (await ledger.readSubject(subjectKey(change.subject)))?.lock === change.key;
}

async function completeApplied(context: Context, job: Job, completion: Completion): Promise<Decision> {
  return complete(job, (await isNewest(context, job)) ? completion : outcomeUnknown(job, completion.created));
}

/** Two reads agree that the change was not applied. */
async function decideNotApplied(context: Context, job: Job, refusal: Failure | undefined): Promise<Decision> {
  if (!(await isNewest(context, job))) return complete(job, outcomeUnknown(job));
  if (refusal) return complete(job, notApplied(refusal));
  if (isExhausted(job, context.now(), context.policy)) return complete(job, notApplied(retriesExhausted));
  return release(job, 'not_applied', 0, { doubt: !job.change.operation.repeatable });
}

/** A repeatable operation may be sent again although the effect of its request is not known, but only while nothing newer was sent. */
async function decideCannotTell(
  context: Context,
  job: Job,
  { completion: { created = [] } }: ReadBackResult,
  refusal?: Failure,
): Promise<Decision> {
  if (created.length > 1) return complete(job, { ...completionOf('created_several'), created });
  const { change, row } = job;
  const mayRepeat = change.operation.repeatable && !refusal && !isExhausted(job, context.now(), context.policy);
  if (!mayRepeat || !(await isNewest(context, job))) return complete(job, outcomeUnknown(job, created));
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

const retriesExhausted: Failure = { ok: false, executed: 'no', error: READ_FAILURES.retries_exhausted };
