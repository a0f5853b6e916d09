import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { createDelay, type Delay } from '../../../bench/stand-ins/delay.ts';

/** Keeps the processor busy for some milliseconds, as writing a reply does. */
function work(milliseconds: number): void {
  const end = performance.now() + milliseconds;
  while (performance.now() < end);
}

/**
 * How late actions of `cost` milliseconds are done, and how late ten of them begin that arrive together every few
 * milliseconds.
 */
async function watch(delay: Delay, { cost, bursts, wait = 5 }: { cost: number; bursts: number; wait?: number }) {
  const [done, begun]: [number[], number[]] = [[], []];
  for (let burst = 0; burst < bursts; burst++) {
    const due = performance.now() + wait;
    delay.arrived();
    for (let place = 0; place < 10; place++)
      delay.after(wait, () => {
        if (place === 0) begun.push(performance.now() - due);
        work(cost);
        done.push(performance.now() - due);
      });
    await sleep(wait + 10 * cost + 3);
  }
  return { done, begun };
}

const median = (values: number[]) => values.toSorted((one, other) => one - other)[Math.floor(values.length / 2)] ?? 0;

/** The first of some tries that is near zero, else the nearest. A shared machine is slow for seconds. */
async function nearest(what: () => Promise<number>): Promise<number> {
  let best = Number.POSITIVE_INFINITY;
  for (let tries = 0; tries < 20 && best > 0.1; tries++) best = Math.min(best, Math.abs(await what()));
  return best;
}

describe('the delay of a stand-in', () => {
  it('is early as often as late, whatever its actions cost', { timeout: 60_000 }, async () => {
    const delay = createDelay();
    const late = await nearest(async () => median((await watch(delay, { cost: 0.05, bursts: 40 })).done));
    expect(late).toBeLessThan(0.1);
  });

  it('does not become early after the whole machine stood still', { timeout: 60_000 }, async () => {
    const delay = createDelay();
    await watch(delay, { cost: 0.01, bursts: 40 });
    const late = await nearest(async () => {
      const after: number[] = [];
      for (let round = 0; round < 12; round++) {
        delay.after(5, () => work(30));
        await sleep(40);
        after.push(...(await watch(delay, { cost: 0.01, bursts: 1 })).done);
        await watch(delay, { cost: 0.01, bursts: 3 });
      }
      return median(after);
    });
    expect(late).toBeLessThan(0.1);
  });

  it('starts no action more than half a millisecond early', async () => {
    const { begun } = await watch(createDelay(), { cost: 2, bursts: 20 });
    expect(Math.min(...begun)).toBeGreaterThanOrEqual(-0.51);
    expect(Math.min(...begun)).toBeLessThan(-0.3);
  });

  it('forgets what it measured', async () => {
    const delay = createDelay();
    await watch(delay, { cost: 2, bursts: 20 });
    delay.clear();
    expect(Math.min(...(await watch(delay, { cost: 2, bursts: 1 })).begun)).toBeGreaterThanOrEqual(0);
  });

  it('counts from the first arrival of a turn, and acts in the order of the times', async () => {
    const delay = createDelay();
    const acts: string[] = [];
    const { promise, resolve } = Promise.withResolvers<void>();
    const began = performance.now();
    delay.arrived();
    work(300);
    delay.arrived();
    delay.after(400, () => resolve(void acts.push('third')));
    delay.after(390, () => void acts.push('first'));
    delay.after(390, () => void acts.push('second'));
    delay.after(0, () => void acts.push('at once'));
    await promise;
    expect(performance.now() - began).toBeLessThan(650);
    expect(acts).toEqual(['at once', 'first', 'second', 'third']);
  });
});
