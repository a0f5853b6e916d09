/** The clock is watched for this many milliseconds before an action is due, because a timer may be a millisecond late. */
const WATCH = 2;

/** Milliseconds of sleep between two looks at the clock, so that watching leaves the processor to the measured program. */
const NAP = 0.05;
const NOTHING = new Int32Array(new SharedArrayBuffer(4));

/** The change of the head start after an action that was late or early, and the largest head start, in milliseconds. */
const STEP = 0.005;
const MAX_EARLY = 0.5;

interface PendingWait {
  /** When the action should be done, and when it starts because of that. */
  moment: number;
  at: number;
  wait: number;
  act: () => void;
}

/**
 * Waits whose median is exact, for each length of wait. Otherwise errors would be counted as time of the measured program: a
 * timer of five milliseconds is one too late, and ten replies are written one after the other, so the first ones are early
 * and the last ones late. A wait begins when its request arrives, even if earlier requests are still being processed,
 * because a real service has more than one process.
 */
export function createDelay() {
  const due: PendingWait[] = [];
  let timer: NodeJS.Timeout | undefined;
  let turn: number | undefined;
  /** The head start of actions, by their wait. */
  const early = new Map<number, number>();

  const earlyOf = (wait: number) => early.get(wait) ?? 0;

  const begin = ({ moment, wait, act }: PendingWait): void => {
    act();
    const change = performance.now() > moment ? STEP : -STEP;
    early.set(wait, Math.min(MAX_EARLY, Math.max(0, earlyOf(wait) + change)));
  };

  const step = (): void => {
    timer = undefined;
    const now = performance.now();
    while (due[0] && due[0].at <= now) begin(due.shift() as PendingWait);
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
      // Without a timer, a nap is running, and the step after it finds the new action.
      if (due[0] !== one || (due.length > 1 && !timer)) return;
      clearTimeout(timer);
      step();
    },
    /** Forgets how late acts were. */
    clear: () => early.clear(),
  };
}
export type Delay = ReturnType<typeof createDelay>;

/** Keeps the actions in the order in which they are due. */
function insert(due: PendingWait[], one: PendingWait): void {
  const later = due.findIndex(({ at }) => at > one.at);
  due.splice(later === -1 ? due.length : later, 0, one);
}
