import { describe, expect, it } from 'vitest';
import { check } from '../../faults/checker.ts';
import { simulateAway } from '../../faults/long-outage.ts';
import { DAY } from '../../src/lib/relay/times.ts';

const brokenIn = async (over: Parameters<typeof simulateAway>[2]) => {
  const { findings } = check(await simulateAway(40, 5, over));
  return Object.entries(findings).flatMap(([kind, list]) => (list.length > 0 ? [kind] : []));
};

describe('a hundred hours without the provider', { timeout: 60_000 }, () => {
  it.each([DAY, 12 * DAY])('lose and bury nothing, whether changes are tried for %i ms', async (maxAge) => {
    expect(await brokenIn({ maxAge })).toEqual([]);
  });

  it('lose changes where the queue keeps messages for four days, as a control shows', async () => {
    expect(await brokenIn({ maxAge: 4 * DAY, retention: 4 * DAY })).toContain('lost');
  });
});
