import type { Fingerprint } from '../change/fingerprint.ts';
import type { InvalidRecord, ValidRecord } from '../change/parse-record.ts';
import { attempt } from './attempt.ts';
import { claim, fingerprintUnder, readUnderRevision, takeOver } from './claim.ts';
import { completionOf } from './completion.ts';
import type { Context, Delivery, Job } from './context.ts';
import { type Decision, isDecision, refuse, release, repeat, retry } from './decision.ts';
import type { ChangeRow } from './ledger.ts';
import { backoff } from './policy.ts';
import { reconcile } from './reconcile.ts';
import { mayHaveSent } from './subject-lock.ts';

/**
 * Decides what to do with a delivery: claims the change, reads and calls, if the invocation has time for the worst case. It
 * stores nothing but the claim and the baseline.
 */
export async function decide(
  context: Context,
  change: ValidRecord | InvalidRecord,
  delivery: Delivery,
): Promise<Decision> {
  if (delivery.remaining() < context.policy.times.recordWorst) return retry('time_short', 0);
  return change.kind === 'valid' ? decideValid(context, change, delivery) : decideInvalid(context, change, delivery);
}

/** Claims a valid change, or decides by the row that the ledger has for it. */
async function decideValid(context: Context, change: ValidRecord, delivery: Delivery): Promise<Decision> {
  const owner = context.newOwner();
  const firstClaim = await claim(context, change, delivery, owner, change.fingerprint);
  const fingerprint = await fingerprintUnder(context, change, firstClaim.row);
  if (fingerprint.mac !== firstClaim.row.fingerprint.mac) return decideConflict(context, change, fingerprint);
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
  const row = await context.ledger.readChange(change.key);
  if (!row) return refuse(change, completionOf(change.code, change.problems));
  const fingerprint = await fingerprintUnder(context, change, row);
  if (fingerprint.mac !== row.fingerprint.mac) return decideConflict(context, change, fingerprint);
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
  const { doubt, created } = ownRow;
  const unknown = { ...completionOf('outcome_unknown'), ...(created !== undefined && { created: [created] }) };
  const completion = doubt ? unknown : completionOf(change.code, change.problems);
  return { kind: 'complete', name: change.name, row: ownRow, owner, completion };
}

/** The ledger has other content under this change's id. That row stays as it is, and the conflict gets a row of its own. */
async function decideConflict(
  { ledger }: Context,
  change: ValidRecord | InvalidRecord,
  fingerprint: Fingerprint,
): Promise<Decision> {
  const key = `${change.key}#${fingerprint.mac}`;
  const row = await ledger.readChange(key);
  return row ? repeat(row) : refuse({ ...change, key, fingerprint }, completionOf('idempotency_conflict'));
}
