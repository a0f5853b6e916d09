import { describe, expect, it } from 'vitest';
import { findExceeded, findMissing } from '../../faults/catalogue.ts';
import type { Job, JobReport } from '../../faults/jobs.ts';
import { CASES } from '../../faults/matrix-cases.ts';
import { MUTANTS } from '../../faults/mutants/list.ts';
import { doAll } from '../../faults/pool.ts';

/** Runs the jobs in threads, as the command does. */
async function perform(...lists: Job[][]): Promise<JobReport[]> {
  const reports: JobReport[] = [];
  await doAll(lists, 2, (report) => reports.push(report));
  return reports;
}

const run = (seed: number, changes: number, profile: 'default' | 'harsh' | 'standard'): Job => ({
  kind: 'run',
  seed,
  changes,
  profile,
});

/** All findings in one list. */
const brokenIn = (reports: JobReport[]) =>
  reports
    .flatMap((done) => (done.kind === 'run' ? Object.entries(done.report.findings) : []))
    .flatMap(([kind, list]) => list.map((what) => `${kind}: ${what}`));

describe('the relay', { timeout: 60_000 }, () => {
  // One case in eleven, which has every step, behaviour and aftermath; `npm run faults` runs them all.
  it('gives a sample of the kill matrix the right outcomes', async () => {
    expect(CASES).toHaveLength(4320);
    const [report] = (await perform([{ kind: 'matrix', part: 3, of: 11 }])).flatMap((done) =>
      done.kind === 'matrix' ? [done.report] : [],
    );
    expect(report).toMatchObject({ failures: [], cases: 393 });
    expect(report?.killed).toBeGreaterThanOrEqual(370);
  });

  // `npm run faults` runs twenty seeds with thousands of changes each.
  it('keeps its promises under the faults of every mix', async () => {
    const reports = await perform([run(501, 300, 'default'), run(502, 150, 'harsh'), run(503, 200, 'standard')]);
    expect(brokenIn(reports)).toEqual([]);
    expect(reports).toHaveLength(3);
  });

  it('does the same in every run of a seed', async () => {
    const [one, two] = await perform([run(7, 100, 'harsh')], [run(7, 100, 'harsh')]);
    expect(one).toEqual(two);
  });
});

describe('a mutant', { timeout: 60_000 }, () => {
  it('is killed', async () => {
    const mutant = MUTANTS.find(({ name }) => name === 'FailedEntryCount is not checked');
    const [report] = await perform(mutant ? [[{ kind: 'mutant', mutant, seed: 1 }] satisfies Job[]].flat() : []);
    expect(report).toMatchObject({ kind: 'mutant', report: { killedBy: expect.stringContaining('lost') } });
  });
});

describe('the catalogue', () => {
  it('names the rows that occurred too seldom', () => {
    expect(findMissing({}, 10_000)).toContain('provider: 400: 0 of 150');
    expect(findMissing({ refused_400: 150 }, 10_000)).not.toContain('provider: 400: 0 of 150');
  });
});

describe('the bounds', () => {
  const counts = { accepted: 10_000, unknown: 299, unknownActions: 150, duplicatePublishes: 499 };

  it('accept a run that stays below them', () => expect(findExceeded(counts)).toEqual([]));
  it('name each one that a run goes over', () =>
    expect(findExceeded({ ...counts, unknown: 300, duplicatePublishes: 501 })).toEqual([
      'unknown: 1.50 % of the changes, not below 1.50 %',
      'duplicatePublishes: 5.01 % of the changes, not below 5.00 %',
    ]));
  it('have one for actions', () =>
    expect(findExceeded({ ...counts, unknown: 400, unknownActions: 350 })).toEqual([
      'unknownActions: 3.50 % of the changes, not below 3.50 %',
    ]));
  it('have one for creations', () =>
    expect(findExceeded({ ...counts, unknown: 370, unknownCreations: 80 })).toEqual([
      'unknownCreations: 0.80 % of the changes, not below 0.80 %',
    ]));
  it('have one for tasks that were created and not seen', () =>
    expect(findExceeded({ ...counts, createdUnseen: 10 })).toEqual([
      'createdUnseen: 0.10 % of the changes, not below 0.10 %',
    ]));
  it('do not count what could not be read because it was gone', () =>
    expect(findExceeded({ ...counts, unknown: 400, unknownGone: 101 })).toEqual([]));
  it('do not apply to a small run', () => expect(findExceeded({ accepted: 100, unknown: 50 })).toEqual([]));
});
