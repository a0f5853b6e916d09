interface Due {
  time: number;
  place: number;
  run(): void;
}

const START = Date.UTC(2026, 0, 1);
/** After this many events, the real event loop runs once, so that timers run and memory is freed. */
const TURN = 2000;

/**
 * Virtual time, in milliseconds since 1970. It stands still until `run` is called. Nothing in a run waits for real time, and all
 * runs of a seed make the same calls in the same order.
 */
export function createClock() {
  const heap = createHeap();
  let now = START;
  let place = 0;
  let turns = 0;

  const at = (time: number, run: () => void) => heap.push({ time: Math.max(now, time), place: place++, run });

  return {
    now: () => now,
    at,
    sleep: (milliseconds: number) => new Promise<void>((resolve) => at(now + milliseconds, resolve)),
    /** Runs what is due, in order, until nothing more is due before `until`, or `isDone`. */
    async run(until: number, isDone = () => false) {
      await microtasksDone();
      for (let due = heap.first(); due && due.time <= until && !isDone(); due = heap.first()) {
        heap.shift();
        now = due.time;
        due.run();
        await (++turns % TURN === 0 ? eventLoopTurn() : microtasksDone());
      }
    },
  };
}

export type Clock = ReturnType<typeof createClock>;

/** Waits until every promise that can go on has done so. Node empties the queue of microtasks before it runs the next tick. */
const microtasksDone = () => new Promise<void>((resolve) => process.nextTick(resolve));
const eventLoopTurn = () => new Promise<void>((resolve) => setImmediate(resolve));

/** A binary heap, earliest first. What is due at the same time keeps the order in which it was added. */
function createHeap() {
  const list: Due[] = [];
  const isBefore = (one: Due | undefined, other: Due | undefined) => {
    if (!one || !other) return one !== undefined;
    return one.time < other.time || (one.time === other.time && one.place < other.place);
  };
  const swap = (a: number, b: number) => {
    [list[a], list[b]] = [list[b] as Due, list[a] as Due];
  };
  const sink = (index: number): void => {
    const left = 2 * index + 1;
    const child = isBefore(list[left + 1], list[left]) ? left + 1 : left;
    if (!isBefore(list[child], list[index])) return;
    swap(child, index);
    sink(child);
  };
  return {
    first: () => list[0],
    push(due: Due) {
      let index = list.push(due) - 1;
      for (let up = (index - 1) >> 1; index > 0 && isBefore(due, list[up]); up = (index - 1) >> 1) {
        swap(index, up);
        index = up;
      }
    },
    shift() {
      const last = list.pop();
      if (list.length === 0 || !last) return;
      list[0] = last;
      sink(0);
    },
  };
}
