import { expect, it } from 'vitest';
import { VIOLATIONS } from '../../faults/findings.ts';
import type { JobReport } from '../../faults/jobs.ts';
import type { RunReport } from '../../faults/run.ts';
import { add, isClean, noTotals, toJson } from '../../faults/totals.ts';

const nothing = Object.fromEntries(VIOLATIONS.map((violation) => [violation, []])) as unknown as RunReport['findings'];
const ran = (profile: RunReport['profile'], over: Partial<RunReport> = {}): JobReport => ({
  kind: 'run',
  report: {
    ...{ seed: 3, profile, findings: nothing, fired: { timeout: 2 }, missing: [], exceeded: [] },
    counts: { accepted: 100, unknown: 5, duplicatePublishes: 7, repeatsAnswered: 2 },
    ...over,
  },
});
const totalsOf = (...reports: JobReport[]) => {
  const totals = noTotals();
  for (const report of reports) add(totals, report);
  return totals;
};

it('the figures of a harsh run are separate, but its findings count like all', () => {
  const lost = { ...nothing, lost: ['a change'] };
  const totals = totalsOf(ran('default'), ran('standard'), ran('harsh', { findings: lost }));
  expect(toJson(totals)).toMatchObject({
    ...{ changes: 300, seeds: 3, lost: 1, unknown: 10, duplicatePublishes: 14, repeatsAnswered: 4, superseded: 0 },
    harsh: { changes: 100, unknown: 5, duplicatePublishes: 7, repeatsAnswered: 2, superseded: 0 },
    faultsFired: { timeout: 6 },
  });
  expect(totals.found).toEqual(['lost (--seed 3, harsh mix): a change']);
  expect(isClean(totals)).toBe(false);
});

it('the changes of a command with only harsh runs are counted', () => {
  expect(toJson(totalsOf(ran('harsh')))).toMatchObject({ changes: 100, seeds: 1, harsh: { changes: 100 } });
});

it.each<[string, Partial<RunReport>]>([
  ['occurred too seldom (--seed 3, default mix): timeout', { missing: ['timeout'] }],
  ['too often (--seed 3, default mix): unknown', { exceeded: ['unknown'] }],
])('%s fails the command', (sentence, over) => {
  const totals = totalsOf(ran('default'), ran('default', over));
  expect(totals.found).toEqual([sentence]);
  expect(isClean(totals)).toBe(false);
  expect(isClean(totalsOf(ran('default')))).toBe(true);
});

it('a mutant that was not noticed fails the command', () => {
  const totals = totalsOf(
    { kind: 'mutant', report: { name: 'one', killedBy: 'a run' } },
    { kind: 'mutant', report: { name: 'two', killedBy: undefined } },
  );
  expect(toJson(totals)).toMatchObject({ mutants: { total: 2, killed: 1, survivors: ['two'] } });
  expect(isClean(totals)).toBe(false);
});
