import type { ResultEvent } from '../relay/result.ts';
import type { PutResults } from './eventbridge.ts';

/** The limits of one PutEvents request: entries, and bytes with room for what surrounds them. */
const MAX_ENTRIES = 10;
const MAX_BYTES = 240 * 1024;
/** The longest that a result waits for the results of other changes, in milliseconds. */
const MAX_WAIT = 20;

interface WaitingResult {
  event: ResultEvent;
  bytes: number;
  resolve(): void;
  reject(reason: unknown): void;
}

/** Runs something after some milliseconds. The function that it returns cancels that. */
export type Timer = (run: () => void, milliseconds: number) => () => void;

const startTimer: Timer = (run, milliseconds) => {
  const timer = setTimeout(run, milliseconds);
  return () => clearTimeout(timer);
};

/**
 * Publishes the results of changes that are processed in parallel together: when all of them wait to publish, or after a
 * short wait. Each result still succeeds or fails by itself, and succeeds only when the bus took it.
 */
export function batchPuts(put: PutResults, after: Timer = startTimer) {
  let running = 0;
  let waiting: WaitingResult[] = [];
  let cancel: (() => void) | undefined;

  const flush = () => {
    cancel?.();
    cancel = undefined;
    const all = waiting;
    waiting = [];
    for (const batch of batchesOf(all)) void deliver(put, batch);
  };
  const flushIfDue = () => {
    if (waiting.length === 0) return;
    if (running === 0) flush();
    else cancel ??= after(flush, MAX_WAIT);
  };

  return {
    /** Counts work that may publish. A result that is published outside of such work waits for the counted work too. */
    async withBatchedPuts<T>(work: () => Promise<T>): Promise<T> {
      running++;
      try {
        return await work();
      } finally {
        running--;
        flushIfDue();
      }
    },
    /** Publishes a result from within counted work. Throws if the bus can't be reached or refuses the entry. */
    async publish(event: ResultEvent): Promise<void> {
      const { promise, resolve, reject } = Promise.withResolvers<void>();
      waiting.push({ event, bytes: bytesOf(event), resolve, reject });
      running--;
      flushIfDue();
      await promise.finally(() => running++);
    },
  };
}

async function deliver(put: PutResults, batch: WaitingResult[]): Promise<void> {
  try {
    const refusals = await put(batch.map(({ event }) => event));
    for (const [place, { resolve, reject }] of batch.entries()) {
      if (refusals[place]) reject(refusals[place]);
      else resolve();
    }
  } catch (error) {
    for (const { reject } of batch) reject(error);
  }
}

const bytesOf = ({ source, detailType, detail }: ResultEvent) =>
  Buffer.byteLength(source) + Buffer.byteLength(detailType) + Buffer.byteLength(detail);

/** Splits results by the limits of a request. A result that is itself too large goes alone, and the bus refuses it. */
function batchesOf(all: readonly WaitingResult[]): WaitingResult[][] {
  const batches: WaitingResult[][] = [];
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
