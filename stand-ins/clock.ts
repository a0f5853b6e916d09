/** The clock of a stand-in. */
export interface Clock {
  /** Milliseconds since 1970. */
  now(): number;
  /** Runs something at a time, or as soon as possible if that is past. */
  at(time: number, run: () => void): void;
}

/** The machine's clock. Its timers do not keep a process alive. */
export const REAL_TIME: Clock = {
  now: Date.now,
  at: (time, run) => void setTimeout(run, Math.max(0, time - Date.now())).unref(),
};
