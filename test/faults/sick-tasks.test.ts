import { describe, expect, it } from 'vitest';
import type { JobReport } from '../../faults/jobs.ts';
import { doAll } from '../../faults/pool.ts';
import { MIXTURES, problemsOf } from '../../faults/sick-tasks.ts';

const SAMPLE = MIXTURES.slice(1, 3);
const measured = { healthy: 180, late: 0, longest: 60_000 };

describe('sick tasks', { timeout: 120_000 }, () => {
  it('are compared with the longest time of a healthy change beside them', () => {
    expect(problemsOf({ sick: 5, every: 60_000 }, measured)).toEqual([]);
    expect(problemsOf({ sick: 5, every: 60_000 }, { ...measured, longest: 60_001 })).toEqual([
      '5 sick tasks, a healthy change every 60 s: one took 60001 ms, more than 60000',
    ]);
    expect(problemsOf({ sick: 20, every: 60_000 }, { ...measured, longest: 180_000 })).toEqual([]);
    expect(problemsOf({ sick: 20, every: 60_000 }, { ...measured, longest: 180_001 })).toHaveLength(1);
  });

  // Two of the mixtures; `npm run faults` runs all.
  it('delay healthy tasks by less than that, and break no promise', async () => {
    const reports: JobReport[] = [];
    await doAll([[{ kind: 'sick', seed: 7, mixtures: SAMPLE }]], 1, (report) => reports.push(report));
    const [report] = reports.flatMap((done) => (done.kind === 'sick' ? [done.report] : []));
    expect(report?.problems).toEqual([]);
    expect(report?.mixtures).toMatchObject(SAMPLE);
  });
});
