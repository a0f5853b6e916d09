/** What the ledger remembers of something that may be out of order: a provider's service, or a credential. */
export interface BreakerRow {
  /** Failures since the last success. */
  failures: number;
  /** Nobody may try before this; whoever may try afterwards moves it on. Zero: in order. */
  until: number;
  /** Whose requests failed since the last success. */
  failed?: string[];
  /** Whose requests failed while those of others succeeded, and until when that is remembered. */
  sick?: string[];
  sickUntil?: number;
}

/** The breakers' rows, shared by all workers since they have no memory in common. */
export interface BreakerStore {
  read(name: string): Promise<BreakerRow | undefined>;
  /** Counts a failure, of somebody's if it is said whose, and forbids tries until the given time; gives the row. */
  fail(name: string, until: number, whose?: string): Promise<BreakerRow>;
  /** Takes the one try that is due: true for exactly one of many, who have time until `until`. */
  take(name: string, now: number, until: number): Promise<boolean>;
  /** Back in order; `sick` are remembered until the given time. */
  clear(name: string, sick?: string[], until?: number): Promise<void>;
}

/** The rows of breakers that tell apart whose requests fail. */
export interface ServiceBreakerStore extends BreakerStore {
  /** Notes that somebody's request failed, which forbids nothing yet; gives the row. */
  suspect(name: string, whose: string, now: number): Promise<BreakerRow>;
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
