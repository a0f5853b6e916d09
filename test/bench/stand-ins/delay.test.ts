import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { createDelay } from '../../../bench/stand-ins/delay.ts';

/** Keeps the processor for some milliseconds, as writing a reply does. */
function work(milliseconds: number): void {
  const end = performance.now() + milliseconds;
  while (performance.now() < end);
}

/** How late each of some acts was, in milliseconds: ten that arrive together every few milliseconds. */
async function lateness(wait: number, bursts: number): Promise<number[]> {
  const delay = createDelay();
  const late: number[] = [];
  for (let burst = 0; burst < bursts; burst++) {
    const due = performance.now() + wait;
    delay.arrived();
    const act = () => {
      work(0.05);
      late.push(performance.now() - due);
    };
    for (let times = 0; times < 10; times++) delay.after(wait, act);
    await sleep(wait + 3);
  }
  return late;
}

const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;

describe('the delay of a stand-in', () => {
  it('is exact on average, and no act is more than half a millisecond early', { timeout: 30_000 }, async () => {
    let best = Number.POSITIVE_INFINITY;
    for (let tries = 0; tries < 20 && best > 0.1; tries++) {
      const late = await lateness(5, 60);
      expect(late).toHaveLength(600);
      expect(Math.min(...late)).toBeGreaterThan(-0.6);
      // What comes first teaches it how late it is.
      best = Math.min(best, Math.abs(mean(late.slice(300))));
    }
    expect(best).toBeLessThan(0.1);
  });

  it('counts from the first arrival of a turn, and acts in the order of the moments', async () => {
    const delay = createDelay();
    const acts: string[] = [];
    const { promise, resolve } = Promise.withResolvers<void>();
    const began = performance.now();
    delay.arrived();
    work(100);
    delay.arrived();
    delay.after(150, () => resolve(void acts.push('third')));
    delay.after(140, () => void acts.push('first'));
    delay.after(140, () => void acts.push('second'));
    delay.after(0, () => void acts.push('at once'));
    await promise;
    expect(performance.now() - began).toBeLessThan(230);
    expect(acts).toEqual(['at once', 'first', 'second', 'third']);
  });
});
