import type { ChangeRow } from './ledger.ts';
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
export function isExhausted({ attempts, firstSeen }: ChangeRow, now: number, { maxAttempts, maxAge }: Policy): boolean {
  return attempts >= maxAttempts || now - firstSeen > maxAge;
}

/** Exponential backoff with full jitter, in milliseconds; a Retry-After of the provider is honoured up to its cap. */
export function backoff(attempts: number, { times, random }: Policy, retryAfter = 0): number {
  const ceiling = Math.min(times.backoffCap, times.backoffBase * 2 ** Math.min(attempts, 30));
  return Math.max(random() * ceiling, Math.min(retryAfter, times.retryAfterCap));
}
