import type { BreakerTimes } from './breaker-store.ts';

const SECOND = 1000;
export const DAY = 86_400 * SECOND;

/** How long the queues and their dead-letter queues keep a message: the most that SQS offers. */
export const MESSAGE_DAYS = 14;
/** The most that a change may be tried for, in seconds: less than its message lives, and a day less for what came before it. */
export const MAX_AGE_SECONDS = (MESSAGE_DAYS - 2) * 86_400;
/**
 * The longest wait asked of SQS, in seconds: it refuses a visibility beyond twelve hours, reckoned from the receive on. A
 * change that is over its time meets the end of its message a day before it, so that at least one more delivery fits.
 */
export const MAX_WAIT = 11 * 3600;

/** Every wait and every limit of time, in milliseconds; docs/architecture.md explains how they hang together. */
export interface Times {
  /** The Lambda functions' time-out; their worker is ended at that moment. */
  functionTimeout: number;
  /** The longest that a request to the provider may take, credentials included. */
  callDeadline: number;
  /** The longest that reading the task may take. */
  readDeadline: number;
  /** One call to the ledger, its retries included. */
  ledgerDeadline: number;
  /** One call to the bus, its retries included. */
  busDeadline: number;
  /** How far clocks may differ, and how late a worker may be ended. */
  skew: number;
  /** How long a request that got no reply may still take effect. */
  gracePeriod: number;
  /** How long a claim stands: nobody else may act on the change before it is over. */
  lease: number;
  /** The queues' visibility time-out. */
  visibility: number;
  /** Between the two reads that must agree before "not applied" is believed. */
  readGap: number;
  /** The first wait of the exponential backoff, and its ceiling. */
  backoffBase: number;
  backoffCap: number;
  /** Retry-After is honoured up to this. */
  retryAfterCap: number;
  /** A record starts only if this much of the invocation is left: claim, guard, call, store, publish. */
  recordWorst: number;
  /** A request is sent only if this much of the invocation is left: call, store, publish. */
  callWorst: number;
  /** A credential or a secret is read anew after this. */
  secretAge: number;
  /** How long after its sending a change is still tried; the queue deletes its message a day later. */
  messageLife: number;
  /** How long nothing is sent to a service after failures in a row, and how long what the ledger says of it is believed. */
  outage: BreakerTimes & { fresh: number };
  /** How long a refused credential is left alone. */
  refusal: BreakerTimes;
}

/** Divides a time, but not below what a loaded machine needs to do the work itself. */
const scaled = (time: number, scale: number, least = 0) => Math.max(Math.round(time / scale), Math.min(time, least));

/**
 * The relay's times, divided by `scale`: 1 when deployed, up to 20 on one machine so that a person needn't wait minutes.
 * Limits of work have a floor, so that the inequalities between the times hold at every scale.
 */
export function timesAt(scale: number): Times {
  const functionTimeout = scaled(30 * SECOND, scale, 5 * SECOND);
  const callDeadline = scaled(10 * SECOND, scale, 1.5 * SECOND);
  const readDeadline = scaled(3 * SECOND, scale, 0.6 * SECOND);
  const ledgerDeadline = scaled(2 * SECOND, scale, 0.6 * SECOND);
  const busDeadline = scaled(2 * SECOND, scale, 0.6 * SECOND);
  const skew = scaled(10 * SECOND, scale);
  const gracePeriod = scaled(30 * SECOND, scale);
  return {
    functionTimeout,
    callDeadline,
    readDeadline,
    ledgerDeadline,
    busDeadline,
    skew,
    gracePeriod,
    lease: functionTimeout + skew + gracePeriod,
    visibility: scaled(180 * SECOND, scale),
    readGap: scaled(2 * SECOND, scale),
    backoffBase: scaled(2 * SECOND, scale),
    backoffCap: scaled(900 * SECOND, scale),
    retryAfterCap: scaled(60 * SECOND, scale),
    recordWorst: 3 * ledgerDeadline + callDeadline + busDeadline,
    callWorst: callDeadline + ledgerDeadline + busDeadline,
    secretAge: 300 * SECOND,
    // No local queue deletes sooner, so it isn't scaled.
    messageLife: (MESSAGE_DAYS - 1) * DAY,
    outage: {
      first: scaled(10 * SECOND, scale),
      cap: scaled(300 * SECOND, scale),
      trial: callDeadline + readDeadline + skew,
      fresh: scaled(5 * SECOND, scale),
    },
    refusal: { first: scaled(60 * SECOND, scale), cap: scaled(900 * SECOND, scale), trial: callDeadline + skew },
  };
}

/** Rows outlive every redelivery: 14 days in a queue, 14 in its dead-letter queue, and a margin; each delivery renews them. */
export const ROW_DAYS = 40;

/** When a row that is written now is removed, in the whole seconds since 1970 that DynamoDB's TTL wants. */
export const removalOf = (now: number) => Math.floor(now / SECOND) + (ROW_DAYS * DAY) / SECOND;
