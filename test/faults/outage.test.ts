import { describe, expect, it } from 'vitest';
import type { Change } from '../../faults/change.ts';
import type { Evidence } from '../../faults/evidence.ts';
import type { Job, JobReport } from '../../faults/jobs.ts';
import { boundCalls, boundUnknown, drainTime, maxProbes } from '../../faults/outage-bounds.ts';
import { BUS_DOWN, type FailedCall, FLAVOURS, type Outage, PROVIDER_DOWN } from '../../faults/outage-plan.ts';
import { doAll } from '../../faults/pool.ts';
import { noFaults } from '../../faults/world/faults.ts';

const START = Date.UTC(2026, 0, 1);
const [DOWN, UP] = PROVIDER_DOWN;
const SKEW = 10_000;

/** An outage with these failed calls and these changes whose result was not stored. */
const outageOf = (failedCalls: FailedCall[], unstored: string[] = []): Outage => ({
  faults: noFaults,
  failedCalls,
  unstored: new Set(unstored),
  start: START,
});
const change = (uid: string): Change => ({
  uid,
  id: uid,
  kind: 'valid',
  task: `dcs/${uid}`,
  body: {},
  repeatable: true,
  text: '',
});
const evidenceOf = (uids: string[], published: Evidence['published'] = [], at = DOWN): Evidence => ({
  accepted: new Map(uids.map((uid, arrival) => [uid, { change: change(uid), at: START + at, arrival, messages: 1 }])),
  log: [],
  published,
  waiting: [],
  dead: [],
  overReceived: [],
  dangling: 0,
  texts: {},
});
const failedCalls = (uid: string, kind: FailedCall['kind'], after: number): FailedCall => ({
  uid,
  kind,
  at: DOWN + after,
});
const opening = ['a', 'b', 'c', 'd', 'e'].map((uid, index) => failedCalls(uid, 'call', index * 100));
const sent = opening.map(({ uid }) => uid);
const result = (uid: string, outcome: string, at = 0) => ({ uid, at, detail: JSON.stringify({ data: { outcome } }) });

describe('the calls of an outage', () => {
  it('may be requests until five failures are known, then reads with growing delays', () => {
    const probes = [20_000, 60_000, 300_000].map((after) => failedCalls('a', 'read', after));
    expect(boundCalls(evidenceOf(sent), outageOf([...opening, ...probes]), 'error', SKEW).problems).toEqual([]);
  });

  it('may not be a request after the failure of the fifth task was known', () => {
    const late = [...opening, failedCalls('a', 'call', 7000)];
    const { problems } = boundCalls(evidenceOf(sent), outageOf(late), 'error', SKEW);
    expect(problems).toEqual([`a: a request was sent at ${DOWN + 7000}, after the breaker opened`]);
    expect(boundCalls(evidenceOf(sent), outageOf(late), 'silent', SKEW).problems).toEqual([]);
  });

  it("may not be more reads than the breaker's delays permit", () => {
    const probes = Array.from({ length: 720 }, (_, count) => failedCalls('a', 'read', 10_000 * (count + 1)));
    const { max, problems } = boundCalls(evidenceOf(sent), outageOf([...opening, ...probes]), 'error', SKEW);
    expect(max).toBe(3 * (5 + 5) + 3 * 5 + 4 * maxProbes(UP - DOWN, SKEW));
    expect(problems).toEqual(['725 calls to dcs, more than 88']);
  });

  it('may be one read after each delay, which clock differences shorten', () => {
    // At 0, 10, 30, 70, 150 and 310 seconds, and every five minutes after that.
    expect(maxProbes(310_000, 0)).toBe(6);
    expect(maxProbes(7_200_000, 0)).toBe(28);
    expect(maxProbes(7_200_000, SKEW)).toBe(29);
  });
});

describe('an unknown outcome', () => {
  it('is allowed after a request during the outage, or if the ledger did not store the result', () => {
    const published = [result('a', 'unknown'), result('b', 'unknown'), result('c', 'succeeded')];
    const bound = boundUnknown('silent', evidenceOf([], published), outageOf([failedCalls('a', 'call', 0)], ['b']));
    expect(bound).toEqual({ max: 2, problems: [] });
  });

  it('is not allowed if the reply proved that nothing was carried out, or nothing was sent', () => {
    const outage = outageOf([failedCalls('a', 'call', 0), failedCalls('b', 'read', 0)]);
    const published = [result('a', 'unknown'), result('b', 'unknown')];
    const unknown = (flavour: 'refused' | 'silent') =>
      boundUnknown(flavour, evidenceOf([], published), outage).problems;
    expect(unknown('refused')).toHaveLength(2);
    expect(unknown('silent')).toEqual(['b ended as unknown, but was never in doubt']);
  });
});

describe('the queue', () => {
  const BACK = START + BUS_DOWN[1];

  it('is drained when every change that was sent before has its first result', () => {
    const published = [result('a', 'succeeded', BACK + 5000), result('a', 'succeeded', BACK + 90_000)];
    expect(drainTime(evidenceOf(['a'], published), outageOf([]))).toBe(5000);
    expect(drainTime(evidenceOf(['a'], [result('a', 'succeeded', BACK - 5000)]), outageOf([]))).toBe(0);
  });

  it('is never drained if one of them has none; a change that was sent later does not count', () => {
    expect(drainTime(evidenceOf(['a']), outageOf([]))).toBe(Number.POSITIVE_INFINITY);
    expect(drainTime(evidenceOf(['a'], [], BUS_DOWN[1]), outageOf([]))).toBe(0);
  });
});

describe('the relay in an outage', { timeout: 60_000 }, () => {
  it('keeps its promises, makes few calls, and handles everything afterwards, however the provider fails', async () => {
    const reports: JobReport[] = [];
    const jobs = FLAVOURS.map((flavour): Job[] => [{ kind: 'outage', flavour, changes: 200, seed: 11 }]);
    await doAll(jobs, 2, (report) => reports.push(report));
    const outages = reports.flatMap((done) => (done.kind === 'outage' ? [done.report] : []));
    expect(outages.flatMap(({ problems }) => problems)).toEqual([]);
    expect(outages.map(({ flavour }) => flavour).sort()).toEqual([...FLAVOURS].sort());
    for (const { calls, maxCalls, changes } of outages) {
      expect(changes).toBeGreaterThanOrEqual(200);
      expect(calls).toBeGreaterThan(30);
      expect(calls).toBeLessThanOrEqual(maxCalls);
    }
  });
});
