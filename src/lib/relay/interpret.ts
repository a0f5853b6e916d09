import { type Failure, isPassing, isRemoved, notApplied, removedBefore } from './completion.ts';
import type { Context, Job } from './context.ts';
import { complete, type Decision, type FailedRequest, keep, lastAttempt, release, retry } from './decision.ts';
import { backoff, circuitOpenDelay, isExhausted, isTooOld, jitter } from './policy.ts';
import type { Answer } from './provider.ts';
import { reconcile } from './reconcile.ts';
import { errorInReply } from './reply-error.ts';

/** Decides what the answer to a request means for its change. */
export async function interpret(context: Context, job: Job, answer: Answer): Promise<Decision> {
  if (!answer.ok) return decideOnFailure(context, job, answer);
  const { operation, data } = job.change;
  const reply = operation.reply.safeParse(answer.body);
  const replyError = errorInReply(answer.body);
  const created = reply.success ? operation.createdIn?.(reply.data) : undefined;
  const { status, requestId } = answer;
  if (replyError || !reply.success || operation.isErrorReply?.(reply.data, data)) {
    const error = { code: replyError?.code ?? 'reply_unexpected' };
    return stayInDoubt(context, job, { error, status, requestId }, created);
  }
  // An earlier request may have created something as well. The list shows it once the lease is over.
  if (created !== undefined && job.row.doubt) return stayInDoubt(context, job, { status, requestId }, created);
  return complete(job, {
    outcome: 'succeeded',
    confirmedBy: 'reply',
    reply: operation.pickReply(reply.data),
    ...(created !== undefined && { created: [created] }),
    status,
    requestId,
  });
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

/**
 * The row stays CALLING. The message comes back when the lease is over, and the task is then read before anything else. An
 * id that a reply named is noted, so that the change is neither sent again nor said to have created nothing.
 */
function stayInDoubt({ policy, now }: Context, job: Job, failure: Partial<FailedRequest>, created?: string): Decision {
  const wait = (job.row.lease ?? 0) - now() + jitter(policy);
  return created === undefined
    ? retry('outcome_unknown', wait, lastAttempt(job.row.attempts, failure))
    : keep(job, 'outcome_unknown', wait, { created }, failure);
}
