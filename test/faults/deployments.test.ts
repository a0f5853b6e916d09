import { describe, expect, it } from 'vitest';
import { deployInDoubt } from '../../faults/deploy-in-doubt.ts';
import { createClock } from '../../faults/world/clock.ts';
import { createDeployments, DEPLOYMENTS, type WorkerSettings } from '../../faults/world/deployments.ts';
import { createRandom } from '../../faults/world/random.ts';

const base: WorkerSettings = {
  revision: '2026-01',
  allowInlineSecrets: false,
  maxAttempts: 10,
  maxAge: 1000,
  replaced: [],
};

describe('a deployment', () => {
  it('gives other settings to workers that start after it, and replaces running ones within five minutes', async () => {
    const clock = createClock();
    const start = clock.now();
    const plan = [{ at: 600_000, settings: { maxAttempts: 3 } }];
    const currentDeployment = createDeployments(clock, createRandom(1), base, plan);
    const before = currentDeployment();
    expect(before).toMatchObject({ version: 0, settings: base });
    expect(before.until - start).toBeGreaterThanOrEqual(600_000);
    expect(before.until - start).toBeLessThanOrEqual(900_000);
    clock.at(start + 600_000, () => undefined);
    await clock.run(start + 600_000);
    expect(currentDeployment()).toEqual({
      version: 1,
      settings: { ...base, maxAttempts: 3 },
      until: Number.POSITIVE_INFINITY,
    });
  });

  it('changes each of the settings in a run', () => {
    const changed = new Set(DEPLOYMENTS.flatMap(({ settings }) => Object.keys(settings)));
    expect(changed).toEqual(new Set(Object.keys(base)));
  });

  it('in the middle of changes in doubt breaks no promise', { timeout: 30_000 }, async () => {
    const found = await deployInDoubt(3);
    expect(Object.keys(found)).toHaveLength(6);
    expect(Object.values(found).flatMap((findings) => Object.values(findings).flat())).toEqual([]);
  });
});
