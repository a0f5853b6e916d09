import { type Fingerprint, fingerprint } from '../change/fingerprint.ts';
import { type InvalidRecord, parseRecord, type ValidRecord } from '../change/parse-record.ts';
import type { Context, Delivery } from './context.ts';
import { lost, type Retry, retry } from './decision.ts';
import type { ChangeRow } from './ledger.ts';
import { jitter } from './policy.ts';

/** Claims a change for an owner. `isClaimed` says whether that worked; `row` is the row as it now is. */
export function claim(
  { ledger, policy, now }: Context,
  change: ValidRecord | InvalidRecord,
  { arrival, group }: Pick<Delivery, 'arrival' | 'group'>,
  owner: string,
  fingerprint: Fingerprint,
) {
  const revision = change.kind === 'valid' ? change.operation.revision : undefined;
  const lease = { owner, now: now(), lease: now() + policy.times.lease };
  return ledger.claim({ key: change.key, arrival, group, revision, ...lease, fingerprint });
}

/**
 * The change read under the API revision with which it was first claimed. This matters for a change that names no revision
 * itself: after a deployment that changes the default, a request that may have left must be neither refused nor reported
 * with other fields than it had.
 */
export async function readUnderRevision(
  context: Context,
  change: ValidRecord | InvalidRecord,
  { revision }: ChangeRow,
  { body }: Pick<Delivery, 'body'>,
): Promise<ValidRecord | InvalidRecord> {
  const isSame = revision === undefined || (change.kind === 'valid' && change.operation.revision === revision);
  return isSame ? change : parseRecord(body, await context.fingerprintKeys(), { ...context.validation, revision });
}

/**
 * The fingerprint of what was received, under the row's key: fingerprints can be compared under the same key only. It is
 * also part of the key of a conflict's row: under the newest key a repeated conflict would get a second result.
 * Throws if the row's key no longer exists.
 */
export async function fingerprintUnder(
  { fingerprintKeys }: Context,
  { event, fingerprint: current }: ValidRecord | InvalidRecord,
  row: ChangeRow,
): Promise<Fingerprint> {
  if (!event || row.fingerprint.keyId === current.keyId) return current;
  const older = fingerprint(await fingerprintKeys(), event, row.fingerprint.keyId);
  if (!older) throw new Error('a fingerprint key that rows still need was removed');
  return older;
}

/**
 * Takes over a change whose lease is over. An expired lease never permits a request, it only requires a read. The row is in
 * doubt if a request may have left. `mayBeInDoubt` is called before the write, so that a worker that ends in between leaves
 * no wrong doubt behind.
 */
export async function takeOver(
  { ledger, policy, now }: Context,
  row: ChangeRow,
  owner: string,
  mayBeInDoubt: () => Promise<boolean>,
): Promise<ChangeRow | Retry> {
  const remaining = (row.lease ?? 0) - now();
  if (remaining >= 0) return retry('lease_held', remaining + jitter(policy));
  const doubt = await mayBeInDoubt();
  const takenRow = await ledger.takeOver(row, { owner, now: now(), lease: now() + policy.times.lease, doubt });
  return takenRow ?? lost(policy);
}
