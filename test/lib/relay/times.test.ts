import { describe, expect, it } from 'vitest';
import {
  backoff,
  circuitOpenDelay,
  isExhausted,
  isTooOld,
  minRetryDelay,
  type Policy,
  receivesFor,
} from '../../../src/lib/relay/policy.ts';
import { ROW_DAYS, timesAt } from '../../../src/lib/relay/times.ts';

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

  it('let a lease outlive the worker, the skew of its clock and the grace period', () => {
    expect(lease).toBeGreaterThanOrEqual(functionTimeout + times.skew + times.gracePeriod);
    expect(lease).toBeGreaterThan(recordWorst + times.gracePeriod);
  });

  it('let no redelivery after a crash meet a live lease', () => {
    expect(visibility).toBeGreaterThan(lease);
    expect(visibility).toBeGreaterThan(functionTimeout);
  });
});

describe('the times', () => {
  it('when deployed are those of the architecture', () => {
    expect(timesAt(1)).toEqual({
      functionTimeout: 30_000,
      callDeadline: 10_000,
      readDeadline: 3000,
      ledgerDeadline: 2000,
      busDeadline: 2000,
      skew: 10_000,
      gracePeriod: 30_000,
      lease: 70_000,
      visibility: 180_000,
      readGap: 2000,
      backoffBase: 2000,
      backoffCap: 900_000,
      retryAfterCap: 60_000,
      recordWorst: 18_000,
      callWorst: 14_000,
      secretAge: 300_000,
      messageLife: 1_123_200_000,
      outage: { minDelay: 10_000, maxDelay: 300_000, probe: 23_000, rowAge: 5000 },
      refusal: { minDelay: 60_000, maxDelay: 900_000, probe: 20_000 },
    });
  });

  it('on one machine are a twentieth, except the deadlines of calls', () => {
    expect(timesAt(20)).toEqual({
      functionTimeout: 5000,
      callDeadline: 1500,
      readDeadline: 600,
      ledgerDeadline: 600,
      busDeadline: 600,
      skew: 500,
      gracePeriod: 1500,
      lease: 7000,
      visibility: 9000,
      readGap: 100,
      backoffBase: 100,
      backoffCap: 45_000,
      retryAfterCap: 3000,
      recordWorst: 3900,
      callWorst: 2700,
      secretAge: 300_000,
      messageLife: 1_123_200_000,
      outage: { minDelay: 500, maxDelay: 15_000, probe: 2600, rowAge: 250 },
      refusal: { minDelay: 3000, maxDelay: 45_000, probe: 2000 },
    });
  });

  it('are whole milliseconds at any scale', () => {
    expect(timesAt(7)).toMatchObject({ skew: 1429, gracePeriod: 4286, readGap: 286, visibility: 25_714 });
  });

  it('keep a row for longer than fourteen days in the dead-letter queue, twice', () => {
    expect(ROW_DAYS).toBe(40);
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

  it('waits at least as long as the provider asks, within a limit', () => {
    expect(backoff(0, policy(0), 5000)).toBe(5000);
    expect(backoff(0, policy(0), 86_400_000)).toBe(60_000);
  });

  it('gives up after a number of attempts and after an age', () => {
    expect(isExhausted({ row: { ...row, attempts: 2 } }, 500, policy())).toBe(false);
    expect(isExhausted({ row: { ...row, attempts: 3 } }, 500, policy())).toBe(true);
    expect(isExhausted({ row: { ...row, attempts: 1 } }, 1001, policy())).toBe(true);
    expect(isExhausted({ row: { ...row, attempts: 1 } }, 1000, policy())).toBe(false);
  });

  it('counts the age from the first receive', () => {
    const aged = { ...row, attempts: 9, firstSeen: 5000 };
    expect([5000, 6000, 6001].map((now) => isTooOld({ row: aged }, now, policy()))).toEqual([false, false, true]);
  });

  it('ends a change a day before the queue deletes its message, however young its row is', () => {
    const DAY = 86_400_000;
    const young = { row: { ...row, attempts: 1, firstSeen: 14 * DAY } };
    const at = (age: number) => isTooOld({ ...young, sentAt: 0 }, age, { ...policy(), maxAge: 12 * DAY });
    expect([0, 13 * DAY, 13 * DAY + 1, 14 * DAY].map(at)).toEqual([false, false, true, true]);
    // A message can't be older. A test event with an old time is ignored.
    expect(at(14 * DAY + 1)).toBe(false);
    expect(isTooOld(young, 13 * DAY + 1, policy())).toBe(false);
  });

  it('spreads the receives of a message over its whole life, whatever used up the first of them', () => {
    const LIFE = 1_000_000_000;
    for (const [start, used] of [
      [1000, 1],
      [60_000, 100],
      [3_600_000, 180],
    ] as const) {
      let [age, receives] = [start as number, used as number];
      for (; age < LIFE; receives++) age += minRetryDelay({ age, receives }, 200, LIFE);
      expect(receives).toBeLessThan(200);
    }
  });

  it('does not delay a message that was received a usual number of times', () => {
    expect(minRetryDelay({ age: 10_000, receives: 1 }, 200, 1_123_200_000)).toBeLessThan(1000);
    expect(minRetryDelay({ age: 72_000_000, receives: 100 }, 200, 1_123_200_000)).toBeLessThan(3_600_000);
    expect(minRetryDelay({ age: 1_123_200_000, receives: 1 }, 200, 1_123_200_000)).toBe(0);
  });

  it('allows twice the receives that a full batch needs for all its attempts, and enough for waits', () => {
    expect([1, 10, 50].map(receivesFor)).toEqual([100, 200, 1000]);
  });

  it('waits while the circuit breaker is open, and up to twice that', () => {
    const of = (random: number) => circuitOpenDelay({ row: { ...row, attempts: 1 } }, 160_000, policy(random), 5000);
    expect([0, 0.5, 1].map(of)).toEqual([5000, 7500, 10_000]);
  });

  it('waits longer for the circuit breaker the longer the change has waited', () => {
    const aged = { ...row, attempts: 1, firstSeen: 1_000_000 };
    const after = (age: number) => circuitOpenDelay({ row: aged }, aged.firstSeen + age, policy(0), 5000);
    expect([-1000, 160_000, 192_000, 7_200_000].map(after)).toEqual([5000, 5000, 6000, 225_000]);
    expect(circuitOpenDelay({ row: aged }, aged.firstSeen + 16_000, policy(1))).toBe(1000);
  });

  it('uses few receives of a change in an outage of a whole day', () => {
    const DAY = 86_400_000;
    // The time that the breaker stays open when the change is delivered: from zero to five minutes.
    const rests = [0, 75_000, 150_000, 225_000, 300_000];
    let receives = 0;
    for (let now = 0; now < DAY; receives++)
      now += Math.max(
        1000,
        circuitOpenDelay({ row: { ...row, attempts: 1 } }, now, policy(0.5), rests[receives % rests.length]),
      );
    expect(receives).toBeGreaterThan(20);
    expect(receives).toBeLessThan(100);
  });

  it('uses the longer of its own delay and the one that was asked for', () => {
    expect(backoff(2, policy(0.5), 1000)).toBe(4000);
    expect(backoff(2, policy(0.5), 5000)).toBe(5000);
  });

  it('stops doubling before a number overflows', () => {
    expect(backoff(5000, policy(0.5))).toBe(450_000);
  });
});
