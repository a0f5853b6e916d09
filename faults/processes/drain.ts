import { setTimeout as wait } from 'node:timers/promises';
import type { Inventory } from './inventory.ts';

const LOOK = 250;

/** What may still move while a run comes to its end. */
export interface Progress {
  inventory: Inventory;
  /** Grows with everything that happens: results, requests, log lines. */
  happened(): number;
}

/**
 * Waits until the queues are empty. False if they aren't although nothing has happened for `still` milliseconds, or after
 * `most` milliseconds in any case.
 */
export async function drain({ inventory, happened }: Progress, still: number, most: number): Promise<boolean> {
  const end = Date.now() + most;
  let last = { happened: happened(), at: Date.now() };
  while ((await inventory.waiting()) > 0) {
    if (happened() !== last.happened) last = { happened: happened(), at: Date.now() };
    if (Date.now() > Math.min(end, last.at + still)) return false;
    await wait(LOOK);
  }
  return true;
}
