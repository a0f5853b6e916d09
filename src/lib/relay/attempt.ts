import { SecretRefused } from '../secrets/secrets.ts';
import { expired, type Failure, isPassing, notApplied, secretMissing, secretRefused, unknown } from './completion.ts';
import { type Context, finish, type Job, letGo, readTask, requestOf } from './job.ts';
import { backoff, isExhausted, isExpiring, isTooOld, pause } from './policy.ts';
import type { Answer } from './provider.ts';
import { reconcile } from './reconcile.ts';
import { errorInReply } from './reply-error.ts';
import type { Ending } from './result.ts';
import { NotYet } from './retry-later.ts';
import { baselineOf, look } from './snapshot.ts';
import { guard } from './subject-lock.ts';

/** Calls the provider once for a claimed change: guard, secrets, what the task shows before, request, reply. */
export async function attempt(context: Context, job: Job): Promise<string> {
  const hindrance = isExpiring(job, context.now(), context.policy) ? late(job) : await guard(context, job);
  if (hindrance) return finish(context, job, hindrance);
  const secrets = await resolve(context, job);
  if ('outcome' in secrets) return finish(context, job, secrets);
  const unseen = await lookBefore(context, job);
  if (unseen) return settleFailure(context, job, unseen);
  if (job.remaining() < context.policy.times.callWorst)
    return letGo(context, job, 'time_short', 0, { attempts: job.row.attempts - 1 });
  const answer = await context.provider.send(requestOf(context, job, secrets));
  return interpret(context, job, answer);
}

/** The message will soon be gone: a change that was never sent ends as that, one in doubt as unknown. */
const late = ({ row }: Job): Ending => (row.doubt ? unknown() : expired());

/** The values behind the change's references, read before anything is sent. */
async function resolve(context: Context, job: Job): Promise<Map<string, string> | Ending> {
  const { operation, data } = job.order;
  const secrets = new Map<string, string>();
  for (const reference of operation.secretReferences?.(data) ?? []) {
    try {
      secrets.set(reference, await context.secret(reference));
    } catch (error) {
      return secretFailed(context, job, error);
    }
  }
  return secrets;
}

async function secretFailed(context: Context, job: Job, error: unknown): Promise<Ending> {
  const { row } = job;
  const problems = [{ path: 'data.body', message: 'a password_ref of the change' }];
  if (error instanceof SecretRefused) return row.doubt ? unknown() : secretRefused(problems);
  if (isExhausted(job, context.now(), context.policy)) return row.doubt ? unknown() : secretMissing(problems);
  return letGo(context, job, 'secret_unavailable', backoff(row.attempts, context.policy));
}

/**
 * An operation that must not repeat keeps a digest of what the task showed before its request; a later reading is judged
 * against it. It is read anew before each request as long as nothing was sent: in hours of waiting a task moves by itself.
 * Gives the failure of a reading that didn't succeed.
 */
async function lookBefore(context: Context, job: Job): Promise<Failure | undefined> {
  const { order, row, owner } = job;
  if (order.operation.repeatable || row.doubt) return undefined;
  const seen = look(order, await readTask(context, job));
  if ('failure' in seen) return { ...seen.failure, executed: 'no' };
  const before = baselineOf(order.operation, seen.facts);
  if (!(await context.ledger.note(row.key, owner, { before })))
    throw new NotYet('contended', context.policy.times.lease);
  return undefined;
}

function interpret(context: Context, job: Job, answer: Answer): Promise<string> {
  if (!answer.ok) return settleFailure(context, job, answer);
  const { operation } = job.order;
  const reply = operation.reply.safeParse(answer.body);
  const said = errorInReply(answer.body);
  if (said || !reply.success || operation.doubtful?.(reply.data))
    return stayUnknown(context, job, { ...answer, error: { code: said?.code ?? 'reply_unexpected' } });
  const { status, requestId } = answer;
  return finish(context, job, {
    outcome: 'succeeded',
    confirmedBy: 'reply',
    reply: operation.useful(reply.data),
    status,
    requestId,
  });
}

/** A request that was not carried out is over or tried again; anything else stays CALLING until it can be read. */
async function settleFailure(context: Context, job: Job, failure: Failure): Promise<string> {
  const { row } = job;
  const { policy, now } = context;
  if (failure.executed === 'unknown') return stayUnknown(context, job, failure);
  if (failure.paused && !isTooOld(job, now(), policy))
    return letGo(
      context,
      job,
      waitOf(failure),
      pause(job, now(), policy, failure.retryAfter),
      { attempts: row.attempts - 1 },
      failure,
    );
  if (isPassing(failure.error) && !isExhausted(job, now(), policy))
    return letGo(context, job, waitOf(failure), backoff(row.attempts, policy, failure.retryAfter), {}, failure);
  // An earlier request of this change has an unknown fate: a refusal now may mean that it worked, so it is read first.
  return row.doubt ? reconcile(context, job, failure) : finish(context, job, notApplied(failure));
}

const waitOf = ({ error }: Failure) => (error.class === 'unauthenticated' ? 'credentials_refused' : 'provider_busy');

/** The row stays CALLING and the message comes back when its lease is over, to read the task before anything else. */
async function stayUnknown(
  { policy, now }: Context,
  { row }: Job,
  failure: Pick<Failure, 'status' | 'requestId'> & { error: { code: string } },
): Promise<never> {
  const wait = (row.lease ?? 0) - now() + backoff(0, policy);
  throw new NotYet('outcome_unknown', wait).afterTrying(row.attempts, failure);
}
