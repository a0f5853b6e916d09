import { completionOf, type Failure, isPassing, isRemoved, notApplied, removedBefore } from './completion.ts';
import type { Context, Job } from './context.ts';
import { complete, type Decision, type FailedRequest, lastAttempt, release, retry } from './decision.ts';
import { backoff, circuitOpenDelay, isExhausted, isTooOld, jitter } from './policy.ts';
import type { Answer } from './provider.ts';
import { reconcile } from './reconcile.ts';
import { errorInReply } from './reply-error.ts';
import type { Completion } from './result.ts';
import { baselineTest, readTask, snapshotOf } from './snapshot.ts';

/** Decides what the answer to a request means for its change. */
export async function interpret(context: Context, job: Job, answer: Answer): Promise<Decision> {
  if (!answer.ok) return decideOnFailure(context, job, answer);
  const { operation } = job.change;
  const reply = operation.reply.safeParse(answer.body);
  const replyError = errorInReply(answer.body);
  if (replyError || !reply.success || operation.isErrorReply?.(reply.data, job.change.data))
    return stayInDoubt(context, job, { ...answer, error: { code: replyError?.code ?? 'reply_unexpected' } });
  const { status, requestId } = answer;
  const id = operation.createdIn?.(reply.data);
  const completion: Completion = {
    outcome: 'succeeded',
    confirmedBy: 'reply',
    reply: operation.pickReply(reply.data),
    ...(id !== undefined && { created: [id] }),
    status,
    requestId,
  };
  return id !== undefined && job.row.resent ? recount(context, job, id, completion) : complete(job, completion);
}

/**
 * Counts what a change created, after its second request was taken: the first may have been carried out late. Several are
 * reported, and nothing is deleted.
 */
async function recount(context: Context, job: Job, id: string, completion: Completion): Promise<Decision> {
  const { operation } = job.change;
  const snapshot = snapshotOf(job.change, await readTask(context, job));
  if ('failure' in snapshot) return stayInDoubt(context, job, snapshot.failure);
  const shown = operation.readBack.created?.(snapshot.values, baselineTest(operation, job.row.baseline)) ?? [];
  const created = [...new Set([id, ...shown])];
  return complete(job, created.length === 1 ? completion : { ...completionOf('created_several'), created });
}

/** A request that was not executed ends the change or is tried again. Any other failure leaves the change in doubt. */
export async function decideOnFailure(context: Context, job: Job, failure: Failure): Promise<Decision> {
  const { row, change } = job;
  const { policy, now } = context;
  const { retryAfter } = failure;
  if (failure.executed === 'unknown') return stayInDoubt(context, job, failure);
  if (failure.circuitOpen && !isTooOld(job, now(), policy)) {
    const delay = circuitOpenDelay(job, now(), policy, retryAfter);
    return release(job, waitOf(failure), delay, { attempts: row.attempts - 1 }, failure);
  }
  if (isRemoved(change.operation, failure)) return complete(job, removedBefore(failure, row.doubt));
  if (isPassing(failure.error) && !isExhausted(job, now(), policy))
    return release(job, waitOf(failure), backoff(row.attempts, policy, retryAfter), {}, failure);
  // The effect of an earlier request is not known. A refusal now may mean that it worked, so the task is read first.
  return row.doubt ? reconcile(context, job, failure) : complete(job, notApplied(failure));
}

const waitOf = ({ error }: Failure) => (error.class === 'unauthenticated' ? 'credentials_refused' : 'provider_busy');

/** The row stays CALLING. The message comes back when the lease is over, and the task is then read before anything else. */
function stayInDoubt({ policy, now }: Context, { row }: Job, failure: FailedRequest): Decision {
  const wait = (row.lease ?? 0) - now() + jitter(policy);
  return retry('outcome_unknown', wait, lastAttempt(row.attempts, failure));
}
