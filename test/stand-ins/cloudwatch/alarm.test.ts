import { describe, expect, it } from 'vitest';
import { createAlarm, stateOf } from '../../../stand-ins/cloudwatch/alarm.ts';
import { createMetricStore } from '../../../stand-ins/cloudwatch/metric-store.ts';

const MINUTE = 60_000;
const METRIC = { namespace: 'Own', name: 'Errors', dimensions: { stage: 'prod' } };
const PROPERTIES = {
  AlarmName: 'errors',
  Namespace: 'Own',
  MetricName: 'Errors',
  Dimensions: [{ Name: 'stage', Value: 'prod' }],
  Statistic: 'Sum',
  Period: 300,
  EvaluationPeriods: 1,
  ComparisonOperator: 'GreaterThanOrEqualToThreshold',
  Threshold: 3,
  TreatMissingData: 'notBreaching',
  AlarmActions: ['ring'],
  OKActions: ['done'],
};

/** Evaluates an alarm each minute, with values at the minutes that have some. Returns the transitions, as `MINUTE STATE`. */
function observe(values: Record<number, number[]>, changes: object = {}, minutes = 40) {
  const store = createMetricStore();
  const alarm = createAlarm({ ...PROPERTIES, ...changes }, store);
  for (let minute = 1; minute <= minutes; minute++) {
    for (const value of values[minute] ?? []) store.put({ ...METRIC, time: minute * MINUTE - 1000, value });
    alarm.evaluate(minute * MINUTE);
  }
  return alarm.transitions.map(({ time, to, actions }) => [time / MINUTE, to, ...actions].join(' '));
}

describe('an alarm', () => {
  it('begins without data, and is evaluated each minute over a window that slides', () => {
    // At minute 12, the period from 8 to 12 has both samples. After that the newest period has only the later one.
    const dense = { 1: [0], 8: [1], 12: [2], 13: [0], 18: [0], 23: [0] };
    expect(observe(dense)).toEqual(['1 OK done', '12 ALARM ring', '13 OK done']);
    expect(observe({ 8: [1], 13: [2] })).toEqual(['1 OK done']);
  });

  it('may change its state again after a metric has stopped, because it goes back to older periods', () => {
    // The note in "How alarm state is evaluated when data is missing": the last set of points is evaluated again and again.
    expect(observe({ 8: [1], 12: [2] })).toEqual([
      ...['1 OK done', '12 ALARM ring', '13 OK done', '17 ALARM ring', '18 OK done', '22 ALARM ring', '23 OK done'],
    ]);
    expect(observe({ 8: [3] })).toEqual(['1 OK done', '8 ALARM ring', '23 OK done']);
  });

  it('invokes its actions only when its state changes', () => {
    const always = Object.fromEntries(Array.from({ length: 40 }, (_minute, n) => [n + 1, [3]]));
    expect(observe(always)).toEqual(['1 ALARM ring']);
  });

  it('watches exactly the dimensions that it names', () => {
    expect(observe({ 8: [3] }, { Dimensions: [] })).toEqual(['1 OK done']);
    expect(observe({ 8: [3] }, { Dimensions: [{ Name: 'stage', Value: 'dev' }] })).toEqual(['1 OK done']);
  });

  it('rings with missing data and a lower bound, if missing is breaching', () => {
    const silence = { ComparisonOperator: 'LessThanThreshold', Threshold: 1, TreatMissingData: 'breaching' };
    expect(observe({ 2: [1], 7: [1], 12: [1] }, silence)).toEqual(['1 ALARM ring', '2 OK done', '27 ALARM ring']);
  });

  it('stays in its state with missing data that are ignored, and always so with a metric of DynamoDB', () => {
    expect(observe({ 8: [3] }, { TreatMissingData: 'ignore' })).toEqual(['8 ALARM ring']);
    const store = createMetricStore();
    const alarm = createAlarm({ ...PROPERTIES, Namespace: 'AWS/DynamoDB' }, store);
    store.put({ ...METRIC, namespace: 'AWS/DynamoDB', time: MINUTE - 1, value: 3 });
    for (let minute = 1; minute <= 600; minute++) alarm.evaluate(minute * MINUTE);
    expect(alarm.state()).toBe('ALARM');
  });

  it('is refused if it has a property that the stand-in does not know', () => {
    expect(() => observe({}, { EvaluateLowSampleCountPercentile: 'ignore' })).toThrow('Unrecognized key');
  });

  it('calculates an expression, and rings by its one result', () => {
    const stat = (name: string) => ({
      ...{ Id: name.toLowerCase(), ReturnData: false },
      MetricStat: { Metric: { Namespace: 'Own', MetricName: name, Dimensions: [] }, Stat: 'Sum', Period: 300 },
    });
    const { Namespace: _n, MetricName: _m, Dimensions: _d, Statistic: _s, Period: _p, ...rest } = PROPERTIES;
    const store = createMetricStore();
    const sum = { Id: 'sum', Expression: 'errors + more' };
    const alarm = createAlarm({ ...rest, Metrics: [sum, stat('Errors'), stat('More')] }, store);
    for (const [name, value] of [
      ['Errors', 1],
      ['More', 2],
    ] as const)
      store.put({ namespace: 'Own', name, dimensions: {}, time: 0, value });
    alarm.evaluate(MINUTE);
    expect(alarm.state()).toBe('ALARM');
    const twice = { ...rest, Metrics: [sum, { ...stat('Errors'), ReturnData: true }, stat('More')] };
    expect(() => createAlarm(twice, store)).toThrow('needs one result');
  });
});

/** The tables of the User Guide, "How alarm state is evaluated when data is missing". `stays` is "Retain current state". */
const TABLES: { enough: number; rows: [string, string, string, string, string][] }[] = [
  {
    enough: 3,
    rows: [
      ['0-X-X', 'OK', 'OK', 'OK', 'OK'],
      ['0----', 'OK', 'OK', 'OK', 'OK'],
      ['-----', 'INSUFFICIENT_DATA', 'stays', 'ALARM', 'OK'],
      ['0XX-X', 'ALARM', 'ALARM', 'ALARM', 'ALARM'],
      ['--X--', 'ALARM', 'stays', 'ALARM', 'OK'],
    ],
  },
  {
    enough: 2,
    rows: [
      ['0-X-X', 'ALARM', 'ALARM', 'ALARM', 'ALARM'],
      ['00X0X', 'ALARM', 'ALARM', 'ALARM', 'ALARM'],
      ['0-X--', 'OK', 'OK', 'ALARM', 'OK'],
      ['----0', 'OK', 'OK', 'ALARM', 'OK'],
      ['---X-', 'ALARM', 'stays', 'ALARM', 'OK'],
    ],
  },
];
const POINTS: Record<string, boolean | undefined> = { 0: false, X: true };

describe.each(TABLES)('an alarm of $enough out of 3 with missing points', ({ enough, rows }) => {
  it.each(rows)('has for %s the documented states', (points, missing, ignore, breaching, notBreaching) => {
    const rule = { needed: 3, enough };
    const state = (treatment: 'missing' | 'ignore' | 'breaching' | 'notBreaching') =>
      stateOf(
        [...points].map((point) => POINTS[point]),
        { ...rule, missing: treatment },
      ) ?? 'stays';
    expect([state('missing'), state('ignore'), state('breaching'), state('notBreaching')]).toEqual([
      ...[missing, ignore, breaching, notBreaching],
    ]);
  });
});

describe('an alarm whose missing data are missing', () => {
  it('does not ring before a lonely breaching point is as old as the points that it needs', () => {
    const state = (points: string) =>
      stateOf(
        [...points].map((point) => POINTS[point]),
        { needed: 3, enough: 3, missing: 'missing' },
      );
    expect([state('----X'), state('---X-'), state('--X--')]).toEqual([
      ...['INSUFFICIENT_DATA', 'INSUFFICIENT_DATA', 'ALARM'],
    ]);
  });
});
