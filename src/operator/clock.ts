/** The present time, and the signal with which the operator interrupts. */
export interface Clock {
  /** Milliseconds since 1970. */
  now(): number;
  signal: AbortSignal;
}
