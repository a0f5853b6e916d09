import type { ChangeRow } from './ledger.ts';
import { DAY, MESSAGE_DAYS, type Times } from './times.ts';

/** When a change is tried again, and when it gives up. */
export interface Policy {
  maxAttempts: number;
  /** Milliseconds since the change was first seen. */
  maxAge: number;
  times: Times;
  /** A number from 0 to 1, as Math.random gives. */
  random(): number;
}

/** What decides how old a change is: its row in the ledger, and when its message was sent to the queue. */
interface ChangeAge {
  row: Pick<ChangeRow, 'firstSeen' | 'attempts'>;
  /** Milliseconds since 1970, as SQS says. */
  sentAt?: number | undefined;
}

/** True when a change has used up its attempts or its time. */
export function isExhausted(change: ChangeAge, now: number, policy: Policy): boolean {
  return change.row.attempts >= policy.maxAttempts || isTooOld(change, now, policy);
}

/** True when a change has used up its time. A change that only waits is limited by this alone. */
export const isTooOld = (change: ChangeAge, now: number, policy: Policy) =>
  now - change.row.firstSeen > policy.maxAge || isExpiring(change, now, policy);

/**
 * True when the queue will soon delete the message: the change must end while the message can still be delivered. A change
 * may come to this long before its own age limit, because it is first seen only after the change before it has ended.
 */
export function isExpiring({ sentAt = Number.NaN }: ChangeAge, now: number, { times }: Policy): boolean {
  const age = now - sentAt;
  // No message is older than a queue keeps it. Such a time comes from a test event and is ignored.
  return age > times.messageLife && age <= MESSAGE_DAYS * DAY;
}

/** While the circuit breaker is open, a change waits at least this part of the time for which it has waited already. */
const OUTAGE_SHARE_OF_AGE = 1 / 32;

/**
 * How long a change waits while the circuit breaker is open, in milliseconds: at least `minDelay`, and spread so that not
 * all changes come back at once. It grows with the change's age, because retries every five minutes during an outage of
 * twenty hours would use up the receives of correct changes.
 */
export const circuitOpenDelay = ({ row }: ChangeAge, now: number, { random }: Policy, minDelay = 0) =>
  Math.max(minDelay, (now - row.firstSeen) * OUTAGE_SHARE_OF_AGE) * (1 + random());

/** Exponential backoff with full jitter, in milliseconds. A Retry-After of the provider counts up to its cap. */
export function backoff(attempts: number, { times, random }: Policy, retryAfter = 0): number {
  const ceiling = Math.min(times.backoffCap, times.backoffBase * 2 ** Math.min(attempts, 30));
  return Math.max(random() * ceiling, Math.min(retryAfter, times.retryAfterCap));
}

/** A short random time that is added to a wait, so that not all changes come back at once. In milliseconds. */
export const jitter = (policy: Policy) => backoff(0, policy);

/** How many changes a function takes at once; the event source mappings say the same. */
const BATCH_SIZE = 10;

/**
 * After how many receives a message goes to the dead-letter queue. A message is received again with each head of its group
 * that is retried, so a batch of heads may use all their attempts before it. The same number is left for waits, which need
 * about forty, because no wait may be longer than SQS allows.
 */
export const receivesFor = (maxAttempts: number) => Math.max(100, 2 * BATCH_SIZE * maxAttempts);

/** Receives that are kept back when the waits are calculated. */
const RESERVE = 10;

/**
 * The least wait, in milliseconds, with which a message's receives last for its whole life. The remaining receives are
 * spread so that the message's age grows by the same factor at each.
 */
export function minRetryDelay(message: { age: number; receives: number }, maxReceives: number, life: number): number {
  const age = Math.max(1000, message.age);
  const remaining = Math.max(1, maxReceives - RESERVE - message.receives);
  return age < life ? age * ((life / age) ** (1 / remaining) - 1) : 0;
}
