import { type Fingerprint, fingerprint } from '../change/fingerprint.ts';
import { type InvalidRecord, parseRecord, type ValidRecord } from '../change/parse-record.ts';
import type { Context, Delivery } from './context.ts';
import { lost, type Retry, retry } from './decision.ts';
import type { ChangeRow } from './ledger.ts';
import { backoff } from './policy.ts';

/** Claims a change for an owner; `mine` says whether it did, `row` what stands. */
export function claim(
  { ledger, policy, now }: Context,
  change: ValidRecord | InvalidRecord,
  { arrival, group }: Pick<Delivery, 'arrival' | 'group'>,
  owner: string,
  print: Fingerprint,
) {
  const revision = change.kind === 'order' ? change.operation.revision : undefined;
  const lease = { owner, now: now(), lease: now() + policy.times.lease };
  return ledger.claim({ key: change.key, arrival, group, revision, ...lease, fingerprint: print });
}

/**
 * The change as it was taken when it was claimed: where it names no revision of the API itself, a deployment that changes the
 * default must neither refuse it, once a request may have left, nor tell other fields than those that were sent.
 */
export async function underRevision(
  context: Context,
  taken: ValidRecord | InvalidRecord,
  { revision }: ChangeRow,
  { body }: Pick<Delivery, 'body'>,
): Promise<ValidRecord | InvalidRecord> {
  const isSame = revision === undefined || (taken.kind === 'order' && taken.operation.revision === revision);
  return isSame ? taken : parseRecord(body, await context.fingerprintKeys(), { ...context.intake, revision });
}

/**
 * The fingerprint of what was received, under the key of the row: two contents are equal under one key, or never. It also
 * names the conflicts with the row, since under the newest key a repeated conflict would get a second result.
 */
export async function fingerprintUnder(
  { fingerprintKeys }: Context,
  { change, fingerprint: print }: ValidRecord | InvalidRecord,
  row: ChangeRow,
): Promise<Fingerprint> {
  if (!change || row.fingerprint.keyId === print.keyId) return print;
  const older = fingerprint(await fingerprintKeys(), change, row.fingerprint.keyId);
  if (!older) throw new Error('a fingerprint key that rows still remember was thrown away');
  return older;
}

/**
 * An expired lease is never permission to call, only an obligation to read. The row comes back in doubt if a request may
 * have left, and that is asked before: a doubt that was only noted in passing stayed when the worker ended.
 */
export async function takeOver(
  { ledger, policy, now }: Context,
  row: ChangeRow,
  owner: string,
  mayBeDoubtful: () => Promise<boolean>,
): Promise<ChangeRow | Retry> {
  const left = (row.lease ?? 0) - now();
  if (left >= 0) return retry('lease_held', left + backoff(0, policy));
  const doubt = await mayBeDoubtful();
  const held = await ledger.takeOver(row, { owner, now: now(), lease: now() + policy.times.lease, doubt });
  return held ?? lost(policy);
}
