import { describe, expect, it } from 'vitest';
import { backoff, isExhausted, type Policy } from '../../../src/lib/relay/policy.ts';
import { timesAt } from '../../../src/lib/relay/times.ts';

describe.each([1, 2, 7, 20])('the times at scale %d', (scale) => {
  const times = timesAt(scale);
  const { functionTimeout, lease, visibility, recordWorst, callWorst, callDeadline, ledgerDeadline, busDeadline } =
    times;

  it('let a record and its worst case fit into an invocation', () => {
    expect(recordWorst).toBeLessThan(functionTimeout);
    expect(callWorst).toBeLessThan(recordWorst);
    expect(callWorst).toBeGreaterThanOrEqual(callDeadline + ledgerDeadline + busDeadline);
  });

  it('let a take-over with its two readings fit into an invocation', () => {
    expect(3 * ledgerDeadline + 2 * times.readDeadline + times.readGap + busDeadline).toBeLessThan(functionTimeout);
  });

  it('let a lease outlive the worker, its skew and the settling of what it sent', () => {
    expect(lease).toBeGreaterThanOrEqual(functionTimeout + times.skew + times.settle);
    expect(lease).toBeGreaterThan(recordWorst + times.settle);
  });

  it('let no redelivery after a crash meet a live lease', () => {
    expect(visibility).toBeGreaterThan(lease);
    expect(visibility).toBeGreaterThan(functionTimeout);
  });
});

describe('the times when deployed', () => {
  it('are those of the architecture', () => {
    expect(timesAt(1)).toMatchObject({
      functionTimeout: 30_000,
      callDeadline: 10_000,
      recordWorst: 18_000,
      lease: 70_000,
      visibility: 180_000,
    });
  });
});

describe('the policy', () => {
  const policy = (random = 1): Policy => ({ maxAttempts: 3, maxAge: 1000, times: timesAt(1), random: () => random });
  const row = { key: 'c', state: 'READY' as const, fingerprint: { keyId: '', mac: '' }, doubt: false, firstSeen: 0 };

  it('doubles the ceiling of the wait up to its cap, with full jitter below it', () => {
    expect([0, 1, 2, 3].map((attempts) => backoff(attempts, policy()))).toEqual([2000, 4000, 8000, 16_000]);
    expect(backoff(40, policy())).toBe(900_000);
    expect(backoff(3, policy(0))).toBe(0);
  });

  it('waits at least as long as the provider asks, but not for ever', () => {
    expect(backoff(0, policy(0), 5000)).toBe(5000);
    expect(backoff(0, policy(0), 86_400_000)).toBe(60_000);
  });

  it('gives up by attempts and by age', () => {
    expect(isExhausted({ ...row, attempts: 2 }, 500, policy())).toBe(false);
    expect(isExhausted({ ...row, attempts: 3 }, 500, policy())).toBe(true);
    expect(isExhausted({ ...row, attempts: 1 }, 1001, policy())).toBe(true);
  });
});
