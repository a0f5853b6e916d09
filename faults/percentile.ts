/** The value of a sorted list that `share` of it, from 0 to 1, stay below: 0.99 for the 99th percentile. Zero for an empty list. */
export const partOf = (sorted: readonly number[], share: number): number =>
  sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
