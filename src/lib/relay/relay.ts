import type { Fingerprint } from '../change/fingerprint.ts';
import { type InvalidRecord, parseRecord, type ValidRecord } from '../change/parse-record.ts';
import type { TracedName } from '../change/validate.ts';
import { attempt } from './attempt.ts';
import { claim, fingerprintUnder, readUnderRevision, takeOver } from './claim.ts';
import { completionOf } from './completion.ts';
import type { Context, Delivery, Job } from './context.ts';

import { type Complete, type Decision, isDecision, lost, type Repeat, release, repeat, retry } from './decision.ts';

import type { ChangeRow } from './ledger.ts';
import { backoff } from './policy.ts';
import { reconcile } from './reconcile.ts';
import { type NotSucceeded, readResult, toEvent, toResult, writeResult } from './result.ts';
import type { Result } from './result-schema.ts';
import { RetryLater } from './retry-later.ts';
import { mayHaveSent } from './subject-lock.ts';
import { removalOf } from './times.ts';

/**
 * Processes one delivery: parse, decide, act, publish. Gives the published result. Throws RetryLater for a change that has
 * not ended, and whatever the ledger or the bus throws; in both cases the queue must deliver again. Gives undefined for an
 * event that a relay published. No result is published for it: the rule that led it here would lead the result here too.
 */
export function createRelay(context: Context): (delivery: Delivery) => Promise<Result | undefined> {
  return async (delivery) => {
    const change = parseRecord(delivery.body, await context.fingerprintKeys(), context.intake);
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

/** Claims, calls and reads, if the invocation has time for the worst case. */
async function decide(context: Context, change: ValidRecord | InvalidRecord, delivery: Delivery): Promise<Decision> {
  if (delivery.remaining() < context.policy.times.recordWorst) return retry('time_short', 0);
  return change.kind === 'valid' ? decideValid(context, change, delivery) : decideInvalid(context, change, delivery);
}

/** Claims a valid change, or decides by the row that the ledger has for it. */
async function decideValid(context: Context, change: ValidRecord, delivery: Delivery): Promise<Decision> {
  const owner = context.newOwner();
  const firstClaim = await claim(context, change, delivery, owner, change.fingerprint);
  const fingerprint = await fingerprintUnder(context, change, firstClaim.row);
  if (fingerprint.mac !== firstClaim.row.fingerprint.mac)
    return refuse(context, toConflict(change, fingerprint), completionOf('idempotency_conflict'));
  // A READY row with a fingerprint under an older key must be claimed with that fingerprint.
  const hasOlderKey = !firstClaim.isClaimed && firstClaim.row.state === 'READY';
  const { isClaimed, row } = hasOlderKey ? await claim(context, change, delivery, owner, fingerprint) : firstClaim;
  if (row.state === 'DONE') return repeat(row);
  if (!isClaimed && row.state === 'READY') return retry('contended', backoff(1, context.policy));
  const reread = await readUnderRevision(context, change, row, delivery);
  if (reread.kind === 'invalid') return completeRefused(context, reread, row, owner, isClaimed);
  return isClaimed
    ? attempt(context, { ...delivery, change: reread, row, owner })
    : resume(context, { ...delivery, change: reread, row, owner });
}

/** Continues a change that another worker left. */
async function resume(context: Context, job: Job): Promise<Decision> {
  const { change, row, owner } = job;
  const ownRow = await takeOver(context, row, owner, () => mayHaveSent(context, change, row));
  if (isDecision(ownRow)) return ownRow;
  const ownJob = { ...job, row: ownRow };
  return ownRow.doubt ? reconcile(context, ownJob) : release(ownJob, 'contended', 0);
}

/** Refuses an invalid change, unless the ledger already has a row for it from when other settings applied. */
async function decideInvalid(context: Context, change: InvalidRecord, delivery: Delivery): Promise<Decision> {
  const { row } = await refuse(context, change, completionOf(change.code, change.problems));
  const fingerprint = await fingerprintUnder(context, change, row);
  if (fingerprint.mac !== row.fingerprint.mac)
    return refuse(context, toConflict(change, fingerprint), completionOf('idempotency_conflict'));
  if (row.state === 'DONE') return repeat(row);
  const reread = await readUnderRevision(context, change, row, delivery);
  if (reread.kind === 'valid') return decideValid(context, reread, delivery);
  const owner = context.newOwner();
  if (row.state === 'CALLING') return completeRefused(context, change, row, owner, false);
  const claimed = await claim(context, change, delivery, owner, fingerprint);
  if (!claimed.isClaimed) return retry('contended', backoff(1, context.policy));
  return completeRefused(context, change, claimed.row, owner, true);
}

/** Ends a change that was valid once and is refused now. A change in doubt ends as unknown, because a refused change can't be read back. */
async function completeRefused(
  context: Context,
  change: InvalidRecord,
  row: ChangeRow,
  owner: string,
  isClaimed: boolean,
): Promise<Decision> {
  const ownRow = isClaimed ? row : await takeOver(context, row, owner, async () => true);
  if (isDecision(ownRow)) return ownRow;
  const completion = ownRow.doubt ? completionOf('outcome_unknown') : completionOf(change.code, change.problems);
  return { kind: 'complete', name: change.name, row: ownRow, owner, completion };
}

/** The ledger has other content under this change's id. That row stays as it is, and the conflict gets a row of its own. */
function toConflict(change: ValidRecord | InvalidRecord, fingerprint: Fingerprint): ValidRecord | InvalidRecord {
  return { ...change, key: `${change.key}#${fingerprint.mac}`, fingerprint };
}

/** Claims and ends a change that is never sent, in one write. Gives the row, or the one that was there already. */
async function refuse({ ledger, source, now }: Context, change: ValidRecord | InvalidRecord, completion: NotSucceeded) {
  const { key, fingerprint, name } = change;
  const result = toResult(source, name, fingerprint, completion, now());
  const text = writeResult(result);
  const row = await ledger.storeRefusal(key, fingerprint, text, now());
  return repeat(row, row.result === text ? result : undefined);
}

/** A result, and its text, which is stored and published byte for byte. */
interface StoredResult {
  result: Result;
  text: string;
}

/** Carries out a decision. Only this function stores the result of a claimed change, releases its row, or throws RetryLater. */
async function act(context: Context, name: TracedName, decision: Decision): Promise<StoredResult> {
  if (decision.kind === 'complete') return storeResult(context, name, decision);
  if (decision.kind === 'repeat') return readStored(decision);
  const { ledger } = context;
  const { write } = decision;
  if (write) await ledger[write.state === 'READY' ? 'release' : 'note'](write.key, write.owner, write.note);
  throw new RetryLater(decision, name);
}

/** Stores the result of a change. If another owner has taken the row and stored a result, gives that one. */
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

/** Throws for a damaged row: there is no result to publish, and nothing may be sent for it. */
function readStored({ row: { result: text }, result }: Repeat): StoredResult {
  if (text === undefined) throw new Error('the row of a change that is done holds no result');
  return { result: result ?? readResult(text), text };
}

/** The row of a change that has ended is renewed at most this often, in seconds. */
const RENEWAL_PERIOD = 86_400;

/** Restarts the time after which the row of a repeated change is removed. The result is already published, so a failure is ignored. */
async function renew({ ledger, now }: Context, decision: Decision): Promise<void> {
  if (decision.kind !== 'repeat') return;
  const { key, ttl } = decision.row;
  if (ttl !== undefined && ttl < removalOf(now()) - RENEWAL_PERIOD) await ledger.renew(key).catch(() => undefined);
}
