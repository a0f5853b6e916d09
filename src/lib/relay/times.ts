import type { BreakerTimes } from './breaker-store.ts';

const SECOND = 1000;
export const DAY = 86_400 * SECOND;

/** How long the queues and their dead-letter queues keep a message: the most that SQS offers. */
export const MESSAGE_DAYS = 14;
/** The longest that a change may be tried, in seconds: two days less than its message lives, one of them for changes before it. */
export const MAX_AGE_SECONDS = (MESSAGE_DAYS - 2) * 86_400;
/**
 * The longest wait asked of SQS, in seconds. SQS refuses a visibility timeout of more than twelve hours after the receive.
 * A change ends a day before the queue deletes its message, so at least one more delivery fits into that day.
 */
export const MAX_WAIT = 11 * 3600;

/** Every wait and every time limit, in milliseconds. docs/architecture.md explains how they depend on each other. */
export interface Times {
  /** The timeout of the Lambda functions. Lambda ends the process then. */
  functionTimeout: number;
  /** The longest that a request to the provider may take, including the time to get credentials. */
  callDeadline: number;
  /** The longest that reading the task may take. */
  readDeadline: number;
  /** One call to the ledger, its retries included. */
  ledgerDeadline: number;
  /** One call to the bus, its retries included. */
  busDeadline: number;
  /** How far clocks may differ, and how late Lambda may end a process. */
  skew: number;
  /** How long a request without a reply may still take effect. */
  gracePeriod: number;
  /** How long a claim lasts. Nobody else may act on the change before it is over. */
  lease: number;
  /** The visibility timeout of the queues. */
  visibility: number;
  /** Between the two reads that must agree before "not applied" is believed. */
  readGap: number;
  /** The first wait of the exponential backoff, and its ceiling. */
  backoffBase: number;
  backoffCap: number;
  /** A Retry-After counts up to this. */
  retryAfterCap: number;
  /** A record starts only if this much of the invocation is left: claim, lock, call, store, publish. */
  recordWorst: number;
  /** A request is sent only if this much of the invocation is left: call, store, publish. */
  callWorst: number;
  /** A credential or a secret is read again after this. */
  secretAge: number;
  /** How long after it was sent a change is still tried. The queue deletes its message a day later. */
  messageLife: number;
  /** How long nothing is sent to a service after failures in a row. `rowAge` is how long a row that was read is used. */
  outage: BreakerTimes & { rowAge: number };
  /** How long a refused credential is not used. */
  refusal: BreakerTimes;
}

/** Divides a time by `scale`, but keeps at least `min`, which a loaded machine needs for the work itself. */
const scaleDown = (time: number, scale: number, min = 0) => Math.max(Math.round(time / scale), Math.min(time, min));

/**
 * The relay's times, divided by `scale`: 1 when deployed, up to 20 on one machine so that nobody has to wait minutes.
 * Limits for work have a minimum, so that the inequalities between the times hold at every scale.
 */
export function timesAt(scale: number): Times {
  const functionTimeout = scaleDown(30 * SECOND, scale, 5 * SECOND);
  const callDeadline = scaleDown(10 * SECOND, scale, 1.5 * SECOND);
  const readDeadline = scaleDown(3 * SECOND, scale, 0.6 * SECOND);
  const ledgerDeadline = scaleDown(2 * SECOND, scale, 0.6 * SECOND);
  const busDeadline = scaleDown(2 * SECOND, scale, 0.6 * SECOND);
  const skew = scaleDown(10 * SECOND, scale);
  const gracePeriod = scaleDown(30 * SECOND, scale);
  return {
    functionTimeout,
    callDeadline,
    readDeadline,
    ledgerDeadline,
    busDeadline,
    skew,
    gracePeriod,
    lease: functionTimeout + skew + gracePeriod,
    visibility: scaleDown(180 * SECOND, scale),
    readGap: scaleDown(2 * SECOND, scale),
    backoffBase: scaleDown(2 * SECOND, scale),
    backoffCap: scaleDown(900 * SECOND, scale),
    retryAfterCap: scaleDown(60 * SECOND, scale),
    recordWorst: 3 * ledgerDeadline + callDeadline + busDeadline,
    callWorst: callDeadline + ledgerDeadline + busDeadline,
    secretAge: 300 * SECOND,
    // It is not scaled, because a local queue keeps messages as long as SQS does.
    messageLife: (MESSAGE_DAYS - 1) * DAY,
    outage: {
      minDelay: scaleDown(10 * SECOND, scale),
      maxDelay: scaleDown(300 * SECOND, scale),
      probe: callDeadline + readDeadline + skew,
      rowAge: scaleDown(5 * SECOND, scale),
    },
    refusal: {
      minDelay: scaleDown(60 * SECOND, scale),
      maxDelay: scaleDown(900 * SECOND, scale),
      probe: callDeadline + skew,
    },
  };
}

/** How many days a row is kept: 14 in a queue, 14 in its dead-letter queue, and a margin. Each delivery renews it. */
export const ROW_DAYS = 40;

/** When a row that is written now is removed, in whole seconds since 1970, as DynamoDB's TTL needs it. */
export const removalOf = (now: number) => Math.floor(now / SECOND) + (ROW_DAYS * DAY) / SECOND;
