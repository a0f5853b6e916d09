import { describe, expect, it } from 'vitest';
import { breakerWait } from '../../../src/lib/relay/breaker-store.ts';

describe('the wait of a breaker', () => {
  const times = { minDelay: 10_000, maxDelay: 300_000, probe: 1 };

  it('doubles with each failure, up to its maximum', () => {
    expect([0, 1, 2, 3, 4, 5].map((beyond) => breakerWait(beyond, times))).toEqual([
      10_000, 20_000, 40_000, 80_000, 160_000, 300_000,
    ]);
  });

  it('stays a number however long the outage lasts', () => {
    expect(breakerWait(100_000, times)).toBe(300_000);
    expect(breakerWait(100_000, { ...times, minDelay: 0 })).toBe(0);
  });
});
