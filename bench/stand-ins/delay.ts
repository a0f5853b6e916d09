/** Milliseconds before a moment from which the clock is watched, since a timer may come a millisecond late. */
const WATCH = 2;

interface Due {
  at: number;
  act: () => void;
}

/** Runs acts after exact waits: a timer's lateness, a millisecond in five, would be counted as the measured program's. */
export function createDelay(): (wait: number, act: () => void) => void {
  const due: Due[] = [];
  let running = false;

  const step = (): void => {
    const now = performance.now();
    while (due[0] && due[0].at <= now) due.shift()?.act();
    const next = due[0];
    running = next !== undefined;
    if (next === undefined) return;
    const left = next.at - now;
    if (left > WATCH) setTimeout(step, left - WATCH);
    else setImmediate(step);
  };

  return (wait, act) => {
    if (wait === 0) return act();
    const at = performance.now() + wait;
    const later = due.findIndex((other) => other.at > at);
    due.splice(later === -1 ? due.length : later, 0, { at, act });
    if (!running) step();
  };
}
