import { createChance } from '../../simulator/chance.ts';

/** Random choices by a seed: the same seed gives the same run. */
export function createRandom(seed: number) {
  const next = createChance(seed);
  const between = (min: number, max: number) => min + Math.floor(next() * (max - min + 1));
  const word = () =>
    Math.floor(next() * 2 ** 32)
      .toString(16)
      .padStart(8, '0');
  return {
    /** A number from 0 up to 1, as by Math.random. */
    next,
    /** A whole number from `min` to `max`, both included. */
    between,
    chance: (probability: number) => next() < probability,
    pick: <T>(list: readonly T[]): T => {
      const picked = list[between(0, list.length - 1)];
      if (picked === undefined) throw new RangeError('nothing to pick from');
      return picked;
    },
    /** 32 hex digits. */
    id: () => word() + word() + word() + word(),
  };
}
export type Random = ReturnType<typeof createRandom>;
