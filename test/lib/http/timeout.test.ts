import { describe, expect, it } from 'vitest';
import { withTimeout } from '../../../src/lib/http/timeout.ts';

const aborted = (signal: AbortSignal) =>
  new Promise<string>((resolve) => {
    if (signal.aborted) resolve('at once');
    signal.addEventListener('abort', () => resolve('later'));
  });

describe('a deadline', () => {
  it('aborts when its time is over', async () => {
    const start = performance.now();
    expect(await withTimeout(40, aborted)).toBe('later');
    expect(performance.now() - start).toBeGreaterThanOrEqual(35);
  });

  it('of one millisecond leaves the work that time', async () => {
    expect(await withTimeout(1, aborted)).toBe('later');
  });

  it.each([0, 0.5, -1])('of %d milliseconds is over before the work begins', async (milliseconds) => {
    expect(await withTimeout(milliseconds, aborted)).toBe('at once');
  });

  it('is cancelled when the work is done or fails', async () => {
    let given: AbortSignal | undefined;
    const keep = (signal: AbortSignal) => {
      given = signal;
    };
    await withTimeout(10, async (signal) => keep(signal));
    await expect(withTimeout(10, (signal) => Promise.reject(new Error(String(keep(signal)))))).rejects.toThrow(
      'undefined',
    );
    await new Promise((resolve) => setTimeout(resolve, 30));
    expect(given?.aborted).toBe(false);
  });

  it('is refused if it is not a number', async () => {
    await expect(withTimeout(Number.NaN, aborted)).rejects.toThrow(
      new RangeError('a deadline must be a number of milliseconds'),
    );
  });
});
