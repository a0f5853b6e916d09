/** Time as a stand-in sees it. */
export interface Clock {
  /** Milliseconds since 1970. */
  now(): number;
  /** Runs something at a time, or as soon as possible if that is over. */
  at(time: number, run: () => void): void;
}

/** The time of the machine; what is still due does not keep a process alive. */
export const REAL_TIME: Clock = {
  now: Date.now,
  at: (time, run) => void setTimeout(run, Math.max(0, time - Date.now())).unref(),
};
