import { type JsonObject, writeJson } from '../json/exact-json.ts';
import { SecretRefused } from '../secrets/secrets.ts';
import { completionOf, outcomeUnknown } from './completion.ts';
import type { Context, Job } from './context.ts';
import { complete, type Decision, fail, isDecision, lost, release } from './decision.ts';
import { decideOnFailure, interpret } from './interpret.ts';
import { backoff, isExhausted, isExpiring } from './policy.ts';
import { reviewBeforeResend } from './reconcile.ts';
import type { Completion } from './result.ts';
import { baselineOf, markOf, readTask, snapshotOf, targetOf } from './snapshot.ts';
import { acquireLock } from './subject-lock.ts';

/** Calls the provider once for a claimed change: lock, secrets, baseline, request, reply. Returns what to do with the delivery. */
export async function attempt(context: Context, job: Job): Promise<Decision> {
  const secrets = await prepare(context, job).catch((error: unknown) => fail(job, error));
  if (isDecision(secrets)) return secrets;
  return interpret(context, job, await context.provider.send(requestOf(context, job, secrets)));
}

/** Everything before the request. Returns the secrets that it needs, or a decision if it may not be sent now, or never. */
async function prepare(context: Context, job: Job): Promise<Map<string, string> | Decision> {
  const { policy, now, provider } = context;
  if (isExpiring(job, now(), policy)) return complete(job, late(job));
  provider.prefetch?.(targetOf(job.change));
  const blocked = await acquireLock(context, job);
  if (blocked) return blocked;
  const secrets = await resolve(context, job);
  if (isDecision(secrets)) return secrets;
  const ended = await readBefore(context, job);
  if (ended) return ended;
  const isTimeShort = job.remaining() < policy.times.callWorst;
  return isTimeShort ? release(job, 'time_short', 0, { attempts: job.row.attempts - 1 }) : secrets;
}

/** The queue will soon delete the message. A change that was never sent ends as expired, a change in doubt as unknown. */
const late = (job: Job): Completion => (job.row.doubt ? outcomeUnknown(job) : completionOf('change_expired'));

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
  if (row.doubt) return complete(job, outcomeUnknown(job));
  return complete(job, completionOf(isRefused ? 'secret_not_allowed' : 'secret_unavailable', problems));
}

/** Reads the task before an operation that must not repeat is sent. Returns a decision if it may not be sent now, or never. */
async function readBefore(context: Context, job: Job): Promise<Decision | undefined> {
  if (job.change.operation.repeatable) return undefined;
  return job.row.doubt ? reviewBeforeResend(context, job) : keepBaseline(context, job);
}

/**
 * Stores the baseline, with which later snapshots are compared. As long as nothing was sent, it is read again before each
 * request, because a task may change by itself during hours of waiting. Then it stays: a late effect of the first request
 * must not be taken for what was there before.
 */
async function keepBaseline(context: Context, job: Job): Promise<Decision | undefined> {
  const { change, row, owner } = job;
  const snapshot = snapshotOf(change, await readTask(context, job));
  if ('failure' in snapshot) return decideOnFailure(context, job, { ...snapshot.failure, executed: 'no' });
  if (isTooMany(snapshot.values)) return complete(job, completionOf('too_many_alike'));
  const baseline = baselineOf(change.operation, snapshot.values);
  return (await context.ledger.note(row.key, owner, { baseline })) ? undefined : lost(context.policy);
}

/** The most ids of a list that are kept as a baseline. */
const MAX_IDS = 50;
const isTooMany = ({ ids }: JsonObject) => Array.isArray(ids) && ids.length > MAX_IDS;

/** The request for a change, with its secrets filled in. */
function requestOf({ policy }: Context, { change }: Job, secrets: Map<string, string>) {
  const { operation, data } = change;
  const body = operation.body?.(data, (reference) => secrets.get(reference) ?? '', markOf(change.key));
  return {
    ...targetOf(change),
    method: operation.method,
    path: operation.path(data),
    ...(body && { body: writeJson(body) }),
    probePath: operation.readBack.path(data),
    newConnection: !operation.repeatable,
    ...(operation.refusalIn && { refusalIn: (reply: unknown) => operation.refusalIn?.(reply, data) }),
    deadline: policy.times.callDeadline,
  };
}
