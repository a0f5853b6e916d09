/** What the ledger remembers of something that may be out of order: a provider's service, or a credential. */
export interface BreakerRow {
  /** Failures since the last success. */
  failures: number;
  /** Nobody may try before this; whoever may try afterwards moves it on. Zero: in order. */
  until: number;
}

/** The breakers' rows, shared by all workers since they have no memory in common. */
export interface BreakerStore {
  read(name: string): Promise<BreakerRow | undefined>;
  /** Counts a failure and forbids tries until the given time; gives the row. */
  fail(name: string, until: number): Promise<BreakerRow>;
  /** Takes the one try that is due: true for exactly one of many, who have time until `until`. */
  take(name: string, now: number, until: number): Promise<boolean>;
  /** Back in order. */
  clear(name: string): Promise<void>;
}

/** Waits of a breaker, in milliseconds. */
export interface BreakerTimes {
  /** The first wait of an open breaker, doubled at each failure up to the cap. */
  first: number;
  cap: number;
  /** How long whoever took the try may need for it. */
  trial: number;
}

/** The wait after the given number of failures beyond the first. */
export const breakerWait = (beyond: number, { first, cap }: BreakerTimes) =>
  Math.min(cap, first * 2 ** Math.min(beyond, 30));
