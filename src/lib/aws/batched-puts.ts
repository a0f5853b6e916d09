import type { ResultEvent } from '../relay/result.ts';
import type { PutResults } from './eventbridge.ts';

/** The limits of one PutEvents: entries, and bytes with room for their frames. */
const MAX_ENTRIES = 10;
const MAX_BYTES = 240 * 1024;
/** A result waits so many milliseconds at most for those of its neighbours. */
const MAX_WAIT = 20;

interface Waiting {
  event: ResultEvent;
  bytes: number;
  resolve(): void;
  reject(reason: unknown): void;
}

/** Runs something once some milliseconds have passed, unless what it gives is called before. */
export type After = (run: () => void, milliseconds: number) => () => void;

const onTimer: After = (run, milliseconds) => {
  const timer = setTimeout(run, milliseconds);
  return () => clearTimeout(timer);
};

/**
 * Puts results of changes that are carried side by side on the bus together: as soon as no change is at work on anything
 * else, else after a short wait. Each result still succeeds or fails by itself, and only when the bus took it.
 */
export function batchPuts(put: PutResults, after: After = onTimer) {
  let working = 0;
  let waiting: Waiting[] = [];
  let cancel: (() => void) | undefined;

  const flush = () => {
    cancel?.();
    cancel = undefined;
    const all = waiting;
    waiting = [];
    for (const some of batchesOf(all)) void deliver(put, some);
  };
  const consider = () => {
    if (waiting.length === 0) return;
    if (working === 0) flush();
    else cancel ??= after(flush, MAX_WAIT);
  };

  return {
    /** Counts a work that may publish; what is published outside of one waits for those that are counted, too. */
    async withBatchedPuts<T>(work: () => Promise<T>): Promise<T> {
      working++;
      try {
        return await work();
      } finally {
        working--;
        consider();
      }
    },
    /** Publishes a result from within a counted work. Throws if the bus can't be reached or refuses the entry. */
    async publish(event: ResultEvent): Promise<void> {
      const { promise, resolve, reject } = Promise.withResolvers<void>();
      waiting.push({ event, bytes: bytesOf(event), resolve, reject });
      working--;
      consider();
      await promise.finally(() => working++);
    },
  };
}

async function deliver(put: PutResults, some: Waiting[]): Promise<void> {
  try {
    const refusals = await put(some.map(({ event }) => event));
    for (const [place, { resolve, reject }] of some.entries()) {
      if (refusals[place]) reject(refusals[place]);
      else resolve();
    }
  } catch (error) {
    for (const { reject } of some) reject(error);
  }
}

const bytesOf = ({ source, detailType, detail }: ResultEvent) =>
  Buffer.byteLength(source) + Buffer.byteLength(detailType) + Buffer.byteLength(detail);

/** Splits by the limits of a request; a result that is too large alone goes alone, for the bus to refuse. */
function batchesOf(all: readonly Waiting[]): Waiting[][] {
  const batches: Waiting[][] = [];
  let bytes = 0;
  for (const one of all) {
    const last = batches.at(-1);
    const fits = last && last.length < MAX_ENTRIES && bytes + one.bytes <= MAX_BYTES;
    bytes = fits ? bytes + one.bytes : one.bytes;
    if (fits) last.push(one);
    else batches.push([one]);
  }
  return batches;
}
