import { describe, expect, it } from 'vitest';
import { check } from '../../faults/checker.ts';
import { simulateOutage } from '../../faults/long-outage.ts';
import { DAY } from '../../src/lib/relay/times.ts';

const brokenIn = async (over: Parameters<typeof simulateOutage>[2]) => {
  const { findings } = check(await simulateOutage(40, 5, over));
  return Object.entries(findings).flatMap(([kind, list]) => (list.length > 0 ? [kind] : []));
};

describe('a hundred hours without the provider', { timeout: 60_000 }, () => {
  it.each([DAY, 12 * DAY])('lose no result and leave no dead letter if changes are tried for %i ms', async (maxAge) => {
    expect(await brokenIn({ maxAge })).toEqual([]);
  });

  it('lose results where the queue keeps messages for only four days', async () => {
    expect(await brokenIn({ maxAge: 4 * DAY, retention: 4 * DAY })).toContain('lost');
  });
});
