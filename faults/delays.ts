import type { AcceptedChange } from './change.ts';
import type { Evidence } from './evidence.ts';
import type { Published } from './world/bus.ts';

/** When the first result of each change was published. */
export function firstResults(published: readonly Published[]): Map<string, number> {
  const ends = new Map<string, number>();
  for (const { uid, at } of published) ends.set(uid, Math.min(at, ends.get(uid) ?? at));
  return ends;
}

/** How long these changes took from their first message to their first result, in milliseconds, sorted. Infinite without a result. */
export function delaysOf({ accepted, published }: Evidence, isMeasured: (change: AcceptedChange) => boolean): number[] {
  const ends = firstResults(published);
  return [...accepted.values()]
    .filter(isMeasured)
    .map(({ change, at }) => (ends.get(change.uid) ?? Number.POSITIVE_INFINITY) - at)
    .sort((one, other) => one - other);
}

/** A percentile of a sorted list: `share` is 0.99 for the 99th. Zero for an empty list. */
export const percentile = (sorted: readonly number[], share: number): number =>
  sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
