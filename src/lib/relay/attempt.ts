import { writeJson } from '../json/exact-json.ts';
import { SecretRefused } from '../secrets/secrets.ts';
import { expired, type Failure, isPassing, notApplied, secretMissing, secretRefused, unknown } from './completion.ts';
import type { Context, Job } from './context.ts';
import { complete, type Decision, lost, release, retry, triedBy } from './decision.ts';
import { backoff, isExhausted, isExpiring, isTooOld, pause } from './policy.ts';
import type { Answer } from './provider.ts';
import { reconcile } from './reconcile.ts';
import { errorInReply } from './reply-error.ts';
import type { Completion } from './result.ts';
import { baselineOf, look, readTask } from './snapshot.ts';
import { acquireLock } from './subject-lock.ts';

/** Calls the provider once for a claimed change: lock, secrets, what the task shows before, request, reply. */
export async function attempt(context: Context, job: Job): Promise<Decision> {
  const { policy, now, provider } = context;
  if (isExpiring(job, now(), policy)) return complete(job, late(job));
  const blocked = await acquireLock(context, job);
  if (blocked) return blocked;
  const secrets = await resolve(context, job);
  if ('kind' in secrets) return secrets;
  const unverifiable = await keepBaseline(context, job);
  if (unverifiable) return unverifiable;
  if (job.remaining() < policy.times.callWorst)
    return release(job, 'time_short', 0, { attempts: job.row.attempts - 1 });
  return interpret(context, job, await provider.send(requestOf(context, job, secrets)));
}

/** The message will soon be gone: a change that was never sent ends as that, one in doubt as unknown. */
const late = ({ row }: Job): Completion => (row.doubt ? unknown() : expired());

/** The values behind the change's references, read before anything is sent. */
async function resolve(context: Context, job: Job): Promise<Map<string, string> | Decision> {
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

function secretFailed({ policy, now }: Context, job: Job, error: unknown): Decision {
  const { row } = job;
  const problems = [{ path: 'data.body', message: 'a password_ref of the change' }];
  if (error instanceof SecretRefused) return complete(job, row.doubt ? unknown() : secretRefused(problems));
  if (isExhausted(job, now(), policy)) return complete(job, row.doubt ? unknown() : secretMissing(problems));
  return release(job, 'secret_unavailable', backoff(row.attempts, policy));
}

/**
 * An operation that must not repeat keeps a digest of what the task showed before its request; a later reading is judged
 * against it. It is read anew before each request as long as nothing was sent: in hours of waiting a task moves by itself.
 * Gives a decision if it can't be read or kept.
 */
async function keepBaseline(context: Context, job: Job): Promise<Decision | undefined> {
  const { order, row, owner } = job;
  if (order.operation.repeatable || row.doubt) return undefined;
  const seen = look(order, await readTask(context, job));
  if ('failure' in seen) return decideOnFailure(context, job, { ...seen.failure, executed: 'no' });
  const baseline = baselineOf(order.operation, seen.facts);
  return (await context.ledger.note(row.key, owner, { baseline })) ? undefined : lost(context.policy);
}

/** The request of an order, its secrets filled in. */
export function requestOf(
  { policy }: Context,
  { order: { operation, data, subject } }: Job,
  secrets: Map<string, string>,
) {
  const body = operation.body(data, (reference) => secrets.get(reference) ?? '');
  return {
    service: operation.service,
    method: operation.method,
    path: operation.path(data),
    body: writeJson(body),
    probePath: operation.readBack.path(data),
    fresh: !operation.repeatable,
    deadline: policy.times.callDeadline,
    ...(subject.project_id !== undefined && { projectId: subject.project_id }),
  };
}

async function interpret(context: Context, job: Job, answer: Answer): Promise<Decision> {
  if (!answer.ok) return decideOnFailure(context, job, answer);
  const { operation } = job.order;
  const reply = operation.reply.safeParse(answer.body);
  const said = errorInReply(answer.body);
  if (said || !reply.success || operation.isErrorReply?.(reply.data))
    return stayInDoubt(context, job, { ...answer, error: { code: said?.code ?? 'reply_unexpected' } });
  const { status, requestId } = answer;
  return complete(job, {
    outcome: 'succeeded',
    confirmedBy: 'reply',
    reply: operation.pickReply(reply.data),
    status,
    requestId,
  });
}

/** A request that was not carried out is over or tried again; anything else stays CALLING until it can be read. */
async function decideOnFailure(context: Context, job: Job, failure: Failure): Promise<Decision> {
  const { row } = job;
  const { policy, now } = context;
  const { retryAfter } = failure;
  if (failure.executed === 'unknown') return stayInDoubt(context, job, failure);
  if (failure.paused && !isTooOld(job, now(), policy)) {
    const delay = pause(job, now(), policy, retryAfter);
    return release(job, waitOf(failure), delay, { attempts: row.attempts - 1 }, failure);
  }
  if (isPassing(failure.error) && !isExhausted(job, now(), policy))
    return release(job, waitOf(failure), backoff(row.attempts, policy, retryAfter), {}, failure);
  // An earlier request of this change has an unknown fate: a refusal now may mean that it worked, so it is read first.
  return row.doubt ? reconcile(context, job, failure) : complete(job, notApplied(failure));
}

const waitOf = ({ error }: Failure) => (error.class === 'unauthenticated' ? 'credentials_refused' : 'provider_busy');

/** The row stays CALLING and the message comes back when its lease is over, to read the task before anything else. */
function stayInDoubt(
  { policy, now }: Context,
  { row }: Job,
  failure: Pick<Failure, 'status' | 'requestId'> & { error: { code: string } },
): Decision {
  const wait = (row.lease ?? 0) - now() + backoff(0, policy);
  return retry('outcome_unknown', wait, triedBy(row.attempts, failure));
}
