import { writeJson } from '../json/exact-json.ts';
import { SecretRefused } from '../secrets/secrets.ts';
import { completionOf, type Failure, isPassing, notApplied } from './completion.ts';
import type { Context, Job } from './context.ts';
import {
  complete,
  type Decision,
  type FailedRequest,
  isDecision,
  lastAttempt,
  lost,
  release,
  retry,
} from './decision.ts';
import { backoff, circuitOpenDelay, isExhausted, isExpiring, isTooOld, jitter } from './policy.ts';
import type { Answer } from './provider.ts';
import { reconcile } from './reconcile.ts';
import { errorInReply } from './reply-error.ts';
import type { Completion } from './result.ts';
import { baselineOf, readTask, snapshotOf } from './snapshot.ts';
import { acquireLock } from './subject-lock.ts';

/** Calls the provider once for a claimed change: lock, secrets, baseline, request, reply. Returns what to do with the delivery. */
export async function attempt(context: Context, job: Job): Promise<Decision> {
  const { policy, now, provider } = context;
  if (isExpiring(job, now(), policy)) return complete(job, late(job));
  const blocked = await acquireLock(context, job);
  if (blocked) return blocked;
  const secrets = await resolve(context, job);
  if (isDecision(secrets)) return secrets;
  const unreadable = await keepBaseline(context, job);
  if (unreadable) return unreadable;
  if (job.remaining() < policy.times.callWorst)
    return release(job, 'time_short', 0, { attempts: job.row.attempts - 1 });
  return interpret(context, job, await provider.send(requestOf(context, job, secrets)));
}

/** The queue will soon delete the message. A change that was never sent ends as expired, a change in doubt as unknown. */
const late = ({ row }: Job): Completion => completionOf(row.doubt ? 'outcome_unknown' : 'change_expired');

/** Reads the secrets that the change refers to, before anything is sent. Returns a decision if one can't be read. */
async function resolve(context: Context, job: Job): Promise<Map<string, string> | Decision> {
  const { operation, data } = job.change;
  const secrets = new Map<string, string>();
  for (const reference of operation.secretReferences?.(data) ?? []) {
    try {
      secrets.set(reference, await context.secret(reference));
    } catch (error) {
      return decideOnSecretFailure(context, job, error);
    }
  }
  return secrets;
}

function decideOnSecretFailure({ policy, now }: Context, job: Job, error: unknown): Decision {
  const { row } = job;
  const problems = [{ path: 'data.body', message: 'a password_ref of the change' }];
  const isRefused = error instanceof SecretRefused;
  if (!isRefused && !isExhausted(job, now(), policy))
    return release(job, 'secret_unavailable', backoff(row.attempts, policy));
  if (row.doubt) return complete(job, completionOf('outcome_unknown'));
  return complete(job, completionOf(isRefused ? 'secret_not_allowed' : 'secret_unavailable', problems));
}

/**
 * Stores the baseline of an operation that must not repeat: later snapshots are compared with it. As long as nothing was
 * sent, it is read again before each request, because a task may change by itself during hours of waiting.
 * Gives a decision if the task can't be read or the baseline can't be stored.
 */
async function keepBaseline(context: Context, job: Job): Promise<Decision | undefined> {
  const { change, row, owner } = job;
  if (change.operation.repeatable || row.doubt) return undefined;
  const snapshot = snapshotOf(change, await readTask(context, job));
  if ('failure' in snapshot) return decideOnFailure(context, job, { ...snapshot.failure, executed: 'no' });
  const baseline = baselineOf(change.operation, snapshot.values);
  return (await context.ledger.note(row.key, owner, { baseline })) ? undefined : lost(context.policy);
}

/** The request for a change, with its secrets filled in. */
function requestOf({ policy }: Context, { change: { operation, data, subject } }: Job, secrets: Map<string, string>) {
  const body = operation.body(data, (reference) => secrets.get(reference) ?? '');
  return {
    service: operation.service,
    method: operation.method,
    path: operation.path(data),
    body: writeJson(body),
    probePath: operation.readBack.path(data),
    newConnection: !operation.repeatable,
    deadline: policy.times.callDeadline,
    ...(subject.project_id !== undefined && { projectId: subject.project_id }),
  };
}

async function interpret(context: Context, job: Job, answer: Answer): Promise<Decision> {
  if (!answer.ok) return decideOnFailure(context, job, answer);
  const { operation } = job.change;
  const reply = operation.reply.safeParse(answer.body);
  const replyError = errorInReply(answer.body);
  if (replyError || !reply.success || operation.isErrorReply?.(reply.data))
    return stayInDoubt(context, job, { ...answer, error: { code: replyError?.code ?? 'reply_unexpected' } });
  const { status, requestId } = answer;
  return complete(job, {
    outcome: 'succeeded',
    confirmedBy: 'reply',
    reply: operation.pickReply(reply.data),
    status,
    requestId,
  });
}

/** A request that was not executed ends the change or is tried again. Any other failure leaves the change in doubt. */
async function decideOnFailure(context: Context, job: Job, failure: Failure): Promise<Decision> {
  const { row } = job;
  const { policy, now } = context;
  const { retryAfter } = failure;
  if (failure.executed === 'unknown') return stayInDoubt(context, job, failure);
  if (failure.circuitOpen && !isTooOld(job, now(), policy)) {
    const delay = circuitOpenDelay(job, now(), policy, retryAfter);
    return release(job, waitOf(failure), delay, { attempts: row.attempts - 1 }, failure);
  }
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
