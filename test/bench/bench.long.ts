import { describe, expect, it } from 'vitest';
import { measure } from '../../bench/measure.ts';

describe('the benchmark', () => {
  it('counts the same requests and sizes in each run, and compares them with its gates', async () => {
    const lines: string[] = [];
    const rows = await measure({ json: true, quick: true, rows: new Set([7, 10]) }, (word) => lines.push(word));
    expect(rows.map(({ row }) => row)).toEqual([7, 10]);
    for (const row of rows)
      expect(row).toEqual({
        ...{ row: expect.any(Number), name: expect.any(String), unit: expect.any(String), value: expect.any(Number) },
        ...{ peers: expect.any(Object), ratio: null, ratios: [expect.any(Object)] },
        ...{ gate: expect.stringMatching(/^<= \d/), held: expect.any(Boolean) },
        ...{ goal: expect.stringMatching(/^<= \d/), reached: expect.any(Boolean) },
        ...(row.row === 7 && { note: expect.stringContaining('first batch') }),
      });
    const [requests] = rows;
    // The relay claims and stores each change, publishes its result, and also acquires the subject lock.
    expect(requests).toMatchObject({ peers: { usual: 30, vendor: 30 }, held: true });
    expect(lines).toContain('measuring row 7');
  }, 60_000);
});
