import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { readOptions } from '../../bench/options.ts';
import { AGAINST_BEFORE, type Gate, ROWS, type Row } from '../../bench/rows.ts';
import { toTable } from '../../bench/table.ts';
import { evaluate, median } from '../../bench/verdict.ts';

const rowWith = (...gates: Gate[]): Row => ({ row: 1, name: 'a row', unit: 'ms', means: 'Something.', gates });
const gate = (comparison: Gate['comparison'], limit: number, goal: number, of = 'usual'): Gate => ({
  ...{ comparison, of, gate: limit, goal },
});

describe('a median', () => {
  it.each([
    [[3, 1, 2], 2],
    [[4, 1, 2, 3], 2.5],
    [[7], 7],
  ])('of %j is %d', (values, middle) => expect(median(values)).toBe(middle));
});

describe('a row', () => {
  it.each([
    ['share', 100, 200, 0.5, true],
    ['share', 101, 200, 0.505, false],
    ['less', 100, 200, 2, true],
    ['less', 101, 200, 1.98, false],
    ['more', 200, 100, 2, true],
    ['more', 199, 100, 1.99, false],
  ] as const)('compared by %s: %d against %d is %d, held: %s', (comparison, relay, usual, ratio, held) => {
    const limit = comparison === 'share' ? 0.5 : 2;
    const verdict = evaluate(rowWith(gate(comparison, limit, limit)), { samples: { relay: [relay], usual: [usual] } });
    expect(verdict).toMatchObject({ value: relay, peers: { usual }, ratio, held, reached: held });
  });

  it('is compared round by round, and shows the spread', () => {
    const samples = { relay: [10, 40, 12], usual: [20, 80, 48] };
    expect(evaluate(rowWith(gate('share', 0.5, 0.25)), { samples })).toMatchObject({
      ...{ value: 12, ratio: 0.5, held: true, reached: false, gate: '<= 0.5 x usual', goal: '<= 0.25 x usual' },
      ratios: [{ of: 'usual', ratio: 0.5, low: 0.25, high: 0.5, gate: '<= 0.5', goal: '<= 0.25' }],
    });
  });

  it('is met only if each of its gates is', () => {
    const row = rowWith(gate('less', 2, 4), gate('less', 2, 4, 'vendor'));
    const samples = { relay: [10], usual: [20], vendor: [19] };
    expect(evaluate(row, { samples })).toMatchObject({ held: false, ratios: [{ held: true }, { held: false }] });
  });

  it('without a peer is compared with its own figure', () => {
    const row = rowWith(gate('itself', 41, 31, 'itself'));
    expect(evaluate(row, { samples: { relay: [40] } })).toMatchObject({
      ...{ value: 40, ratio: null, gate: '<= 41', held: true, goal: '<= 31', reached: false },
    });
  });

  it('without a gate is neither met nor missed', () => {
    const verdict = evaluate(rowWith(), { samples: { relay: [90], parse: [15] } });
    expect(verdict).toMatchObject({ value: 90, peers: { parse: 15 }, gate: '', held: null, reached: null });
    expect(toTable([verdict])).toContain('relay 90 ms, parse 15');
  });

  it('that was skipped is neither met nor missed, and gives the reason', () => {
    const verdict = evaluate(rowWith(gate('less', 2, 4)), { skipped: 'no control groups' });
    expect(verdict).toMatchObject({ value: null, held: null, reached: null, note: 'skipped: no control groups' });
    expect(toTable([verdict])).toContain('skipped: no control groups');
  });
});

describe('the rows', () => {
  it('are twelve, and no goal is easier than its gate', () => {
    expect(ROWS.map(({ row }) => row)).toEqual(Array.from({ length: 12 }, (_, index) => index + 1));
    for (const { comparison, gate: limit, goal } of ROWS.flatMap(({ gates }) => gates)) {
      if (comparison === 'less' || comparison === 'more') expect(goal).toBeGreaterThanOrEqual(limit);
      else expect(goal).toBeLessThanOrEqual(limit);
    }
  });
});

describe('the command line', () => {
  it('accepts rows by number', () => {
    expect(readOptions(['--rows', '1,7', '--json'])).toEqual({ json: true, quick: false, rows: new Set([1, 7]) });
  });

  it('accepts another checkout, and then only rows that both have', () => {
    const against = fileURLToPath(new URL('../..', import.meta.url));
    const options = readOptions(['--against', against]);
    expect(options?.against).toBe(against);
    expect([...(options?.rows ?? [])]).toEqual([1, 2, 3, 5, 6, 9, 12]);
    const pace = AGAINST_BEFORE.find(({ row }) => row === 6) as Row;
    const samples = { relay: [95, 93], before: [100, 100] };
    expect(evaluate(pace, { samples })).toMatchObject({ ratio: 0.94, held: false, gate: '>= 0.95 x before' });
  });

  it.each([
    [['--rows', '13']],
    [['--rows', 'x']],
    [['--slow']],
    [['--against', '/nowhere']],
    [['--against', '.', '--rows', '7']],
  ])('refuses %j', (args) => {
    expect(() => readOptions(args)).toThrow();
  });
});
