import type { ChangeRow, LockRequest, SubjectRow } from './ledger.ts';
import { readResult } from './result.ts';

/** An SQS sequence number, which shows the order of messages only within its message group. */
interface Arrival {
  arrival?: string | undefined;
  group?: string | undefined;
}

/** True if one message came before another of its group. False for different groups, whose numbers can't be compared. */
export const cameBefore = (one: Arrival, other: Arrival): boolean =>
  (one.group ?? '') === (other.group ?? '') && isOlder(one.arrival, other.arrival);

/** True if `one` is less than `other`; both are decimal digits of any length. False if either is not known. */
export function isOlder(one: string | undefined, other: string | undefined): boolean {
  return one !== undefined && other !== undefined && BigInt(one) < BigInt(other);
}

/**
 * True if a newer change was already sent for the subject. Changes are compared by `sequence` if both have one, else by
 * arrival. A change without `sequence` can be older only after a redrive from the dead-letter queue.
 */
export function isSuperseded(request: Pick<LockRequest, 'sequence' | 'arrival' | 'group'>, row: SubjectRow): boolean {
  const plain = { arrival: row.plainArrival, group: row.plainGroup };
  return request.sequence === undefined
    ? cameBefore(request, row)
    : isOlder(request.sequence, row.sequence) || cameBefore(request, plain);
}

/** Whether a lock lets another change pass. If not: until when, in milliseconds since 1970, and whether its change has ended. */
type LockVerdict = { pass: true; overtakes?: ChangeRow } | { pass: false; expiresAt: number; isEnded: boolean };

export const PASS: LockVerdict = { pass: true };

/**
 * Decides whether a lock lets another change pass, by the change that holds it. The lock is free if that change has ended
 * for certain, or certainly has no request in flight. It holds until it expires after an unknown outcome, and after a success
 * if the other change demands that. A change that is CALLING holds it until that change ends or exceeds `maxAge`.
 */
export function checkLock(
  row: SubjectRow,
  change: ChangeRow | undefined,
  { mustExpire }: Pick<LockRequest, 'mustExpire'>,
  now: number,
  maxAge: number,
): LockVerdict {
  const isUnexpired = row.expiresAt > now;
  if (change?.state === 'CALLING') return checkCalling(row, change, now, maxAge);
  const isEnded = isIdle(change);
  if (isEnded && !(mustExpire && hasSucceeded(change))) return PASS;
  return isUnexpired ? { pass: false, expiresAt: row.expiresAt, isEnded } : PASS;
}

/** True if the change ended with an effect, which a list may show late. */
const hasSucceeded = (change: ChangeRow | undefined): boolean =>
  change?.result !== undefined && readResult(change.result).data.outcome === 'succeeded';

/** True if no request of the change can be in flight. */
const isIdle = (change: ChangeRow | undefined): boolean =>
  (change?.state === 'READY' && !change.doubt) || (change?.state === 'DONE' && !change.unknown);

function checkCalling(row: SubjectRow, change: ChangeRow, now: number, maxAge: number): LockVerdict {
  // The lease ends before the lock does, so the next delivery takes the change over. Past its age there may be no delivery.
  if (row.expiresAt <= now && change.firstSeen + maxAge < now) return { pass: true, overtakes: change };
  return { pass: false, expiresAt: Math.max(row.expiresAt, change.lease ?? 0, now), isEnded: false };
}
