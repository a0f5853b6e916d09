/** Milliseconds before a moment from which the clock is watched, since a timer may come a millisecond late. */
const WATCH = 2;

/** Milliseconds that it sleeps between looks, so that what watches the clock leaves the processor to what is measured. */
const NAP = 0.05;
const NOTHING = new Int32Array(new SharedArrayBuffer(4));

interface Due {
  at: number;
  act: () => void;
}

export interface Delay {
  /** To be called when something arrived, before it is read: what this turn of the event loop delays waits from then on. */
  arrived(): void;
  /** Runs an act `wait` milliseconds after what it answers had arrived. */
  after(wait: number, act: () => void): void;
}

/**
 * Waits that are exact, as a timer comes a millisecond late in five; and that begin when a request arrives, not when the ones
 * before it were worked on, as a service has more than this one process. Either would be counted as the measured program's.
 */
export function createDelay(): Delay {
  const due: Due[] = [];
  let running = false;
  let turn: number | undefined;

  const step = (): void => {
    const now = performance.now();
    while (due[0] && due[0].at <= now) due.shift()?.act();
    const next = due[0];
    running = next !== undefined;
    if (next === undefined) return;
    const left = next.at - now;
    if (left > WATCH) setTimeout(step, left - WATCH);
    else nap(left);
  };

  const nap = (left: number): void => {
    Atomics.wait(NOTHING, 0, 0, Math.min(left, NAP));
    setImmediate(step);
  };

  const endTurn = (): void => {
    turn = undefined;
  };

  return {
    arrived() {
      if (turn !== undefined) return;
      turn = performance.now();
      setImmediate(endTurn);
    },
    after(wait, act) {
      if (wait === 0) return act();
      const at = (turn ?? performance.now()) + wait;
      const later = due.findIndex((other) => other.at > at);
      due.splice(later === -1 ? due.length : later, 0, { at, act });
      if (!running) step();
    },
  };
}
