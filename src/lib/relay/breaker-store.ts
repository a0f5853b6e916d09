/** What the ledger stores about something that may be out of service: a service of the provider, or a credential. */
export interface BreakerRow {
  /** Failures since the last success. */
  failures: number;
  /** No probe is due before this time, in milliseconds since 1970. Whoever probes next moves it forward. Zero means that all is well. */
  until: number;
  /** Marks of the tasks whose requests failed since the last success. */
  failed?: string[];
  /** Marks of the tasks whose requests failed while those of others succeeded, and until when that is remembered. */
  sick?: string[];
  sickUntil?: number;
}

/** The rows of the circuit breakers. They are in the ledger because workers share no memory. */
export interface BreakerStore {
  read(name: string): Promise<BreakerRow | undefined>;
  /** Counts a failure and forbids probes until the given time. `mark` names the task that failed. Returns the row. */
  fail(name: string, until: number, mark?: string): Promise<BreakerRow>;
  /** Takes the one probe that is due. It is true for exactly one of many callers, which has time until `until`. */
  tryProbe(name: string, now: number, until: number): Promise<boolean>;
  /** Releases a probe that showed nothing, with the times of its `tryProbe`. Does nothing if the row was written since. */
  release(name: string, now: number, until: number): Promise<void>;
  /** Notes that all is well again. The marks in `sick` are remembered until the given time. */
  clear(name: string, sick?: string[], until?: number): Promise<void>;
}

/** The rows of circuit breakers that record which task's requests fail. */
export interface ServiceBreakerStore extends BreakerStore {
  /** Notes that a task's request failed, without forbidding anything yet. Returns the row. */
  suspect(name: string, mark: string, now: number): Promise<BreakerRow>;
}

/** Waits of a circuit breaker, in milliseconds. */
export interface BreakerTimes {
  /** The first wait of an open breaker, doubled at each failure up to `maxDelay`. */
  minDelay: number;
  maxDelay: number;
  /** How long a probe may take. */
  probe: number;
}

/** The wait, in milliseconds, after the given number of failures beyond the first. */
export const breakerWait = (beyond: number, { minDelay, maxDelay }: BreakerTimes) =>
  Math.min(maxDelay, minDelay * 2 ** Math.min(beyond, 30));
