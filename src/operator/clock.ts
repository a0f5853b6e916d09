/** The time, and when the operator has enough. */
export interface Clock {
  /** Milliseconds since 1970. */
  now(): number;
  signal: AbortSignal;
}
