import type { BreakerTimes } from '../ledger/breaker.ts';

const SECOND = 1000;

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
  settle: number;
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
  const settle = scaled(30 * SECOND, scale);
  return {
    functionTimeout,
    callDeadline,
    readDeadline,
    ledgerDeadline,
    busDeadline,
    skew,
    settle,
    lease: functionTimeout + skew + settle,
    visibility: scaled(180 * SECOND, scale),
    readGap: scaled(2 * SECOND, scale),
    backoffBase: scaled(2 * SECOND, scale),
    backoffCap: scaled(900 * SECOND, scale),
    retryAfterCap: scaled(60 * SECOND, scale),
    recordWorst: 3 * ledgerDeadline + callDeadline + busDeadline,
    callWorst: callDeadline + ledgerDeadline + busDeadline,
    secretAge: 300 * SECOND,
    outage: {
      first: scaled(10 * SECOND, scale),
      cap: scaled(300 * SECOND, scale),
      trial: callDeadline + readDeadline + skew,
      fresh: scaled(5 * SECOND, scale),
    },
    refusal: { first: scaled(60 * SECOND, scale), cap: scaled(900 * SECOND, scale), trial: callDeadline + skew },
  };
}

/** Rows outlive every redelivery: 14 days in the dead-letter queue, 14 more after a redrive, and a margin. */
export const ROW_DAYS = 40;
