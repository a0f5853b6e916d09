/** Milliseconds before a moment from which the clock is watched, since a timer may come a millisecond late. */
const WATCH = 2;

/** Milliseconds that it sleeps between looks, so that what watches the clock leaves the processor to what is measured. */
const NAP = 0.05;
const NOTHING = new Int32Array(new SharedArrayBuffer(4));

/** How much an act that is late or early changes when the next ones begin, and the most that they begin early, in milliseconds. */
const STEP = 0.005;
const MAX_EARLY = 0.5;

interface Due {
  /** When its act should be done, and when it begins for that. */
  moment: number;
  at: number;
  wait: number;
  act: () => void;
}

/**
 * Waits that are exact in the median, of each length by itself: a timer comes a millisecond late in five, a look at the clock
 * a tenth, and ten replies are written one after another, so that the first ones leave early and the last ones late. And waits
 * begin when a request arrives, not when the ones before it were worked on, as a service has more than this one process. All
 * that would be counted as the measured program's.
 */
export function createDelay() {
  const due: Due[] = [];
  let timer: NodeJS.Timeout | undefined;
  let turn: number | undefined;
  /** How early acts begin, by their wait. */
  const early = new Map<number, number>();

  const earlyOf = (wait: number) => early.get(wait) ?? 0;

  const begin = ({ moment, wait, act }: Due): void => {
    act();
    const change = performance.now() > moment ? STEP : -STEP;
    early.set(wait, Math.min(MAX_EARLY, Math.max(0, earlyOf(wait) + change)));
  };

  const step = (): void => {
    timer = undefined;
    const now = performance.now();
    while (due[0] && due[0].at <= now) begin(due.shift() as Due);
    const next = due[0];
    if (next === undefined) return;
    const left = next.at - now;
    if (left > WATCH) timer = setTimeout(step, left - WATCH);
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
    /** To be called when something arrived, before it is read: waits count from the first such call in a turn of the event loop. */
    arrived(): void {
      if (turn !== undefined) return;
      turn = performance.now();
      setImmediate(endTurn);
    },
    /** Runs an act `wait` milliseconds after what it answers had arrived. */
    after(wait: number, act: () => void) {
      if (wait === 0) return act();
      const moment = (turn ?? performance.now()) + wait;
      const one = { moment, at: moment - earlyOf(wait), wait, act };
      insert(due, one);
      // Without a timer, whoever waits for another act looks again in a moment.
      if (due[0] !== one || (due.length > 1 && !timer)) return;
      clearTimeout(timer);
      step();
    },
    /** Forgets how late acts were. */
    clear: () => early.clear(),
  };
}
export type Delay = ReturnType<typeof createDelay>;

/** Keeps the acts in the order in which they are due. */
function insert(due: Due[], one: Due): void {
  const later = due.findIndex(({ at }) => at > one.at);
  due.splice(later === -1 ? due.length : later, 0, one);
}
