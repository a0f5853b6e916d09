import type { FingerprintKeys } from '../change/fingerprint.ts';
import type { Order } from '../change/parse-record.ts';
import type { IntakeSettings } from '../change/validate.ts';
import { writeJson } from '../json/exact-json.ts';
import type { ChangeRow, Ledger, Note } from './ledger.ts';
import type { Policy } from './policy.ts';
import type { Answer, Provider } from './provider.ts';
import { type Ending, type ResultEvent, toResult } from './result.ts';
import { NotYet, type Wait } from './retry-later.ts';

/** All that the relay is handed: its edges to the world and its settings. It knows neither AWS nor HTTP itself. */
export interface Context {
  /** The `source` of results: the relay's name and stage. */
  relay: string;
  ledger: Ledger;
  provider: Provider;
  publish(event: ResultEvent): Promise<void>;
  fingerprintKeys(): Promise<FingerprintKeys>;
  /** The value behind a reference of a change; throws SecretRefused or whatever the store throws. */
  secret(reference: string): Promise<string>;
  intake: IntakeSettings;
  policy: Policy;
  now(): number;
  sleep(milliseconds: number): Promise<void>;
  newOwner(): string;
}

/** An order whose row this delivery holds. */
export interface Job {
  order: Order;
  row: ChangeRow;
  owner: string;
  /** When the message was sent, in milliseconds since 1970. */
  sentAt?: number | undefined;
  remaining(): number;
}

/** Stores the end of a job and gives the result that stands: another owner's, if this one lost the row meanwhile. */
export async function finish(context: Context, { order, row, owner }: Job, ending: Ending): Promise<string> {
  const whole = {
    ...ending,
    attempts: row.attempts,
    ignored: order.ignored,
    warnings: [...order.warnings, ...(ending.warnings ?? [])],
  };
  const result = toResult(context.relay, order.subject, row.fingerprint, whole, context.now());
  if (await context.ledger.store(row.key, owner, result, ending.outcome === 'unknown')) return result;
  const winner = await context.ledger.readChange(row.key);
  if (winner?.state === 'DONE' && winner.result !== undefined) return winner.result;
  throw new NotYet('contended', context.policy.times.lease);
}

type Failed = Extract<Answer, { ok: false }>;

/** Hands a job back provably idle: READY, to be delivered again after `delay` milliseconds. Always throws. */
export async function letGo(
  context: Context,
  { row, owner }: Job,
  reason: Wait,
  delay: number,
  note: Note = {},
  failure?: Failed,
): Promise<never> {
  await context.ledger.release(row.key, owner, note);
  throw new NotYet(reason, delay).afterTrying(note.attempts ?? row.attempts, failure);
}

/** Reads the task that an order names. */
export function readTask({ provider, policy }: Context, { order: { operation, data, task } }: Job): Promise<Answer> {
  return provider.send({
    service: operation.service,
    method: 'GET',
    path: operation.readBack.path(data),
    deadline: policy.times.readDeadline,
    ...(task.project_id !== undefined && { projectId: task.project_id }),
  });
}

/** The request of an order, its secrets filled in. */
export function requestOf(
  { policy }: Context,
  { order: { operation, data, task } }: Job,
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
    ...(task.project_id !== undefined && { projectId: task.project_id }),
  };
}
