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

/** A change that is being worked on: what the ledger knows of it, and when its message was sent to the queue. */
export interface Aging {
  row: Pick<ChangeRow, 'firstSeen' | 'attempts'>;
  /** Milliseconds since 1970, as SQS says. */
  sentAt?: number | undefined;
}

/** True when a change has used up its attempts or its time. */
export function isExhausted(change: Aging, now: number, policy: Policy): boolean {
  return change.row.attempts >= policy.maxAttempts || isTooOld(change, now, policy);
}

/** True when a change has used up its time: what counts for one that only waits. */
export const isTooOld = (change: Aging, now: number, policy: Policy) =>
  now - change.row.firstSeen > policy.maxAge || isExpiring(change, now, policy);

/**
 * True when the queue will soon delete the message: the change must end while there is still one that can be delivered. The
 * ages of changes of one task add up, as a follower is first seen after the one before it has ended.
 */
export function isExpiring({ sentAt = Number.NaN }: Aging, now: number, { times }: Policy): boolean {
  const age = now - sentAt;
  // No message is older than a queue keeps it: such a time is a test event's, and says nothing.
  return age > times.messageLife && age <= MESSAGE_DAYS * DAY;
}

/** A pause lasts at least this part of the time that the change has waited already. */
const PATIENCE = 1 / 32;

/**
 * The wait of a change while nothing may be sent: at least as long as the pause lasts, and spread so that not all come back
 * at once. It grows with the change's age: an outage of twenty hours, looked at every five minutes, used up the receives of
 * changes at which nothing was wrong.
 */
export const pause = ({ row }: Aging, now: number, { random }: Policy, rest = 0) =>
  Math.max(rest, (now - row.firstSeen) * PATIENCE) * (1 + random());

/** Exponential backoff with full jitter, in milliseconds; a Retry-After of the provider is honoured up to its cap. */
export function backoff(attempts: number, { times, random }: Policy, retryAfter = 0): number {
  const ceiling = Math.min(times.backoffCap, times.backoffBase * 2 ** Math.min(attempts, 30));
  return Math.max(random() * ceiling, Math.min(retryAfter, times.retryAfterCap));
}

/** How many changes a function takes at once; the event source mappings say the same. */
export const BATCH_SIZE = 10;

/**
 * After how many receives a message goes to the dead-letter queue. A message that is retried with its group's head is
 * received as often as the head, so up to a batch of heads may use all their attempts before it; as many are left for waits.
 * Waits alone need some forty, as none may be longer than SQS grants.
 */
export const receivesFor = (maxAttempts: number) => Math.max(100, 2 * BATCH_SIZE * maxAttempts);

/** Receives that no wait counts on. */
const RESERVE = 10;

/**
 * The least wait that makes a message's receives last for its whole life, in milliseconds: those that are left are spread so
 * that its age grows by the same factor at each. A fresh message has enough for waits of a twentieth of its age.
 */
export function spread(message: { age: number; receives: number }, most: number, life: number): number {
  const age = Math.max(1000, message.age);
  const left = Math.max(1, most - RESERVE - message.receives);
  return age < life ? age * ((life / age) ** (1 / left) - 1) : 0;
}
