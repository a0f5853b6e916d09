import { heartbeatSource } from '../change/heartbeat.ts';
import { type InvalidRecord, parseRecord, type ValidRecord } from '../change/parse-record.ts';
import type { TracedName } from '../change/validate.ts';
import type { Context, Delivery } from './context.ts';
import { decide } from './decide.ts';
import { type Complete, type Decision, type Fail, lost, type Refuse, repeat, retry } from './decision.ts';
import type { ChangeRow } from './ledger.ts';
import { backoff } from './policy.ts';
import { readResult, toEvent, toResult, writeResult } from './result.ts';
import type { Result } from './result-schema.ts';
import { RetryLater } from './retry-later.ts';
import { removalOf } from './times.ts';

/**
 * Processes one delivery: parse, decide, act, publish. Returns the published result, or undefined for an event that a relay
 * published: a result about it would come here too, by the same rule, and again without end. Throws RetryLater for a change
 * that has not ended, and whatever the ledger or the bus throws; in both cases the queue must deliver again.
 */
export function createRelay(context: Context): (delivery: Delivery) => Promise<Result | undefined> {
  return async (delivery) => {
    const change = parseRecord(delivery.body, await context.fingerprintKeys(), context.validation);
    if (isRelayEvent(change)) return undefined;
    const decision = await decide(context, change, delivery);
    const { result, text } = await act(context, change.name, decision);
    await context.publish(toEvent(result, text));
    await renew(context, decision);
    return result;
  };
}

const isRelayEvent = (change: ValidRecord | InvalidRecord) =>
  change.kind === 'invalid' && change.code === 'relay_event';

/** The source of a change's result. That of a heartbeat is its own, so that no rule of a consumer selects it. */
const resultSource = ({ source }: Context, change: ValidRecord | InvalidRecord) =>
  change.kind === 'invalid' && change.code === 'heartbeat' ? heartbeatSource(source) : source;

/** A result, and its text, which is stored and published byte for byte. */
interface StoredResult {
  result: Result;
  text: string;
}

/** Carries out a decision. Nothing else stores a result, releases a row, or throws RetryLater. */
async function act(context: Context, name: TracedName, decision: Decision): Promise<StoredResult> {
  if (decision.kind === 'complete') return storeResult(context, name, decision);
  if (decision.kind === 'refuse') return storeRefusal(context, name, decision);
  if (decision.kind === 'repeat') return storedIn(decision.row);
  if (decision.kind === 'fail') return throwAfterRelease(context, decision);
  const { write } = decision;
  if (write?.state === 'READY') await context.ledger.release(write.key, write.owner, write.note);
  if (write?.state === 'CALLING') await context.ledger.note(write.key, write.owner, write.note);
  throw new RetryLater(decision, name);
}

/** The release may fail as well. Then a read finds out later what became of the change. */
async function throwAfterRelease({ ledger }: Context, { row, owner, failure }: Fail): Promise<never> {
  await ledger.release(row.key, owner, { attempts: row.attempts - 1 }).catch(() => undefined);
  throw failure;
}

/** Stores the result of a change. If another owner has taken the row and stored a result, returns that one. */
async function storeResult(context: Context, name: TracedName, decision: Complete): Promise<StoredResult> {
  const { ledger, source, policy, now } = context;
  const { row, owner, completion } = decision;
  const result = toResult(source, decision.name, row.fingerprint, completion, now());
  const text = writeResult(result);
  if (await ledger.store(row.key, owner, text, completion.outcome === 'unknown')) return { result, text };
  const winner = await ledger.readChange(row.key);
  const isDone = winner?.state === 'DONE' && winner.result !== undefined;
  return act(context, name, isDone ? repeat(winner) : lost(policy));
}

/** Claims and ends a change that is never sent, in one write. If the ledger has a row for it by now, that row decides. */
async function storeRefusal(context: Context, name: TracedName, { change, completion }: Refuse): Promise<StoredResult> {
  const { ledger, policy, now } = context;
  const { key, fingerprint } = change;
  const result = toResult(resultSource(context, change), change.name, fingerprint, completion, now());
  const text = writeResult(result);
  const row = await ledger.storeRefusal(key, fingerprint, text, now());
  if (row.result === text) return { result, text };
  const isSame = row.state === 'DONE' && row.fingerprint.mac === fingerprint.mac;
  return act(context, name, isSame ? repeat(row) : retry('contended', backoff(1, policy)));
}

/** The result in the row of a finished change. Throws if there is none: a damaged row must not cause a request. */
function storedIn({ result: text }: ChangeRow): StoredResult {
  if (text === undefined) throw new Error('the row of a finished change has no result');
  return { result: readResult(text), text };
}

/** The row of a change that has ended is renewed at most this often, in seconds. */
const RENEWAL_PERIOD = 86_400;

/** Restarts the time after which the row of a repeated change is removed. The result is already published, so a failure is ignored. */
async function renew({ ledger, now }: Context, decision: Decision): Promise<void> {
  if (decision.kind !== 'repeat') return;
  const { key, ttl } = decision.row;
  if (ttl !== undefined && ttl < removalOf(now()) - RENEWAL_PERIOD) await ledger.renew(key).catch(() => undefined);
}
