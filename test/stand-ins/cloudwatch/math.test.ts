import { describe, expect, it } from 'vitest';
import { calculate } from '../../../stand-ins/cloudwatch/math.ts';
import type { Series } from '../../../stand-ins/cloudwatch/metric-store.ts';

const _ = undefined;
const SERIES: Record<string, Series> = {
  // The examples of the User Guide about IF and about comparisons.
  condition: [1, 1, 0, 0, _],
  yes: [30, _, 0, 0, 30],
  no: [0, 0, 20, _, 20],
  metric1: [30, 20, 0, 0, _],
  metric2: [20, _, 20, _, _],
  none: [_, _, _, _, _],
};

const result = (expression: string, fillsEmpty = true) =>
  calculate(expression, { series: (id) => SERIES[id] ?? [], count: 5, fillsEmpty });

describe('metric math', () => {
  it.each([
    ['IF(condition, yes, no)', [30, 0, 20, _, _]],
    ['IF(condition, 5, no)', [5, 5, 20, _, _]],
    ['IF(condition, yes, 5)', [30, 0, 5, 5, _]],
    ['IF(condition, 5)', [5, 5, _, _, _]],
    ['IF(metric1 >= 30, metric1)', [30, _, _, _, _]],
    ['metric1 < metric2', [0, 0, 1, 0, _]],
    ['metric1 >= 30', [1, 0, 0, 0, _]],
    ['metric1 > 15 AND metric2 > 15', [1, 0, 0, 0, _]],
    ['metric1 + metric2', [50, 20, 20, 0, _]],
    ['metric1 + metric2 * 2', [70, 20, 40, 0, _]],
    ['(metric1 + metric2) / 10', [5, 2, 2, 0, _]],
    ['1 / metric1', [1 / 30, 1 / 20, _, _, _]],
    ['FILL(metric2, 7)', [20, 7, 20, 7, 7]],
    ['TIME_SERIES(0) + metric2', [20, 0, 20, 0, 0]],
    ['MAX([metric1, metric2])', [30, 20, 20, 0, _]],
    ['MAX([TIME_SERIES(0), none])', [0, 0, 0, 0, 0]],
    ['SUM([metric1, metric2, none])', [50, 20, 20, 0, _]],
    ['FILL(none, 0) + none', [0, 0, 0, 0, 0]],
  ] as [string, Series][])('%s', (expression, points) => {
    expect(result(expression)).toEqual(points);
  });

  it('may leave a series without any point as it is', () => {
    expect(result('FILL(none, 0)', false)).toEqual([_, _, _, _, _]);
    expect(result('FILL(metric2, 0)', false)).toEqual([20, 0, 20, 0, 0]);
  });

  it.each([
    'metric1 +',
    'metric1 metric2',
    'RATE(metric1)',
    'MAX(metric1)',
    '5',
    '[metric1]',
    'metric1 % 2',
    'MAX([5])',
  ])('refuses %s', (expression) => {
    expect(() => result(expression)).toThrow();
  });
});
