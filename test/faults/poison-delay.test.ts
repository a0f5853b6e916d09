import { describe, expect, it } from 'vitest';
import type { JobReport } from '../../faults/jobs.ts';
import { problemsOf } from '../../faults/poison-delay.ts';
import { doAll } from '../../faults/pool.ts';

const fine = {
  changes: 1000,
  poisoned: 10,
  buried: 10,
  p50: { without: 400, with: 400 },
  p99: { without: 1000, with: 1100 },
  longest: 900_000,
};

describe('poison', { timeout: 60_000 }, () => {
  it.each([
    ['nothing, within the bounds', {}, []],
    ['poison that is no dead letter', { buried: 9 }, ['with poison: 9 of 10 ended in the dead-letter queue']],
    [
      'delays of others that grow',
      { p99: { without: 1000, with: 1101 } },
      ['with poison: 1101 ms at the 99th percentile, 1000 ms without'],
    ],
    [
      'delays of others that shrink, because then the runs are not comparable',
      { p99: { without: 1000, with: 899 } },
      ['with poison: 899 ms at the 99th percentile, 1000 ms without'],
    ],
    [
      'a single change that waits long',
      { longest: 900_001 },
      ['with poison: a change of another group took 900001 ms'],
    ],
  ])('is within its bounds or not: %s', (_what, over, problems) => {
    expect(problemsOf({ ...fine, ...over })).toEqual(problems);
  });

  it('ends in the dead-letter queue and delays nothing outside its group', async () => {
    const reports: JobReport[] = [];
    await doAll([[{ kind: 'poison', changes: 600, seed: 1 }]], 1, (report) => reports.push(report));
    const [report] = reports.flatMap((done) => (done.kind === 'poison' ? [done.report] : []));
    expect(report?.problems).toEqual([]);
    expect(report).toMatchObject({ poisoned: 6, buried: 6 });
  });
});
