import type { ChangeRow } from '../ledger/ledger.ts';
import type { Times } from './times.ts';

/** When a change is tried again, and when it gives up. */
export interface Policy {
  maxAttempts: number;
  /** Milliseconds since the change was first seen. */
  maxAge: number;
  times: Times;
  /** A number from 0 to 1, as Math.random gives. */
  random(): number;
}

/** True when a change has used up its attempts or its time. */
export function isExhausted(row: ChangeRow, now: number, policy: Policy): boolean {
  return row.attempts >= policy.maxAttempts || isTooOld(row, now, policy);
}

/** True when a change has used up its time: what counts for one that only waits. */
export const isTooOld = ({ firstSeen }: ChangeRow, now: number, { maxAge }: Policy) => now - firstSeen > maxAge;

/** A pause lasts at least this part of the time that the change has waited already. */
const PATIENCE = 1 / 32;

/**
 * The wait of a change while nothing may be sent: at least as long as the pause lasts, and spread so that not all come back
 * at once. It grows with the change's age: an outage of twenty hours, looked at every five minutes, used up the receives of
 * changes at which nothing was wrong.
 */
export const pause = ({ firstSeen }: ChangeRow, now: number, { random }: Policy, rest = 0) =>
  Math.max(rest, (now - firstSeen) * PATIENCE) * (1 + random());

/** Exponential backoff with full jitter, in milliseconds; a Retry-After of the provider is honoured up to its cap. */
export function backoff(attempts: number, { times, random }: Policy, retryAfter = 0): number {
  const ceiling = Math.min(times.backoffCap, times.backoffBase * 2 ** Math.min(attempts, 30));
  return Math.max(random() * ceiling, Math.min(retryAfter, times.retryAfterCap));
}
