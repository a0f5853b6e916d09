import type { ChangeRow, LockRequest, SubjectRow } from './ledger.ts';

/** An SQS sequence number, and the message group in which alone it says who came first. */
interface Arrival {
  arrival?: string | undefined;
  group?: string | undefined;
}

/** Whether one message came before another of its group; false for those of different groups, whose numbers say nothing. */
export const cameBefore = (one: Arrival, other: Arrival): boolean =>
  (one.group ?? '') === (other.group ?? '') && isOlder(one.arrival, other.arrival);

/** Compares two numbers given as decimal digits, however long; false if either isn't known. */
export function isOlder(one: string | undefined, other: string | undefined): boolean {
  return one !== undefined && other !== undefined && BigInt(one) < BigInt(other);
}

/**
 * True if a newer change was already sent for the task: by `sequence` where both have one, by arrival where one hasn't.
 * A change without `sequence` can be older only after a redrive from the dead-letter queue.
 */
export function isSuperseded(request: Pick<LockRequest, 'sequence' | 'arrival' | 'group'>, row: SubjectRow): boolean {
  const plain = { arrival: row.plainArrival, group: row.plainGroup };
  return request.sequence === undefined
    ? cameBefore(request, row)
    : isOlder(request.sequence, row.sequence) || cameBefore(request, plain);
}

/** A lock lets the newcomer pass, or holds it until the given time. */
export type Judgement = { pass: true; overtakes?: ChangeRow } | { pass: false; expiresAt: number };

export const PASS: Judgement = { pass: true };

/**
 * Judges a lock by the change that raised it: a definite end or a provably idle change lifts it at once; an unknown end
 * holds it until its time; a change still being called holds it until that change is settled or past its total age.
 */
export function judgeLock(row: SubjectRow, change: ChangeRow | undefined, now: number, maxAge: number): Judgement {
  const open = row.expiresAt > now;
  if (change?.state === 'CALLING') return judgeCalling(row, change, now, maxAge);
  if (change?.state === 'READY' && !change.doubt) return PASS;
  if (change?.state === 'DONE' && !change.unknown) return PASS;
  return open ? { pass: false, expiresAt: row.expiresAt } : PASS;
}

function judgeCalling(row: SubjectRow, change: ChangeRow, now: number, maxAge: number): Judgement {
  // Its lease is over before the lock: whoever takes it over settles it. Past its age nobody might.
  if (row.expiresAt <= now && change.firstSeen + maxAge < now) return { pass: true, overtakes: change };
  return { pass: false, expiresAt: Math.max(row.expiresAt, change.lease ?? 0, now) };
}
