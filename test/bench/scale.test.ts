import { describe, expect, it } from 'vitest';
import { createAges } from '../../bench/scale/ages.ts';
import { numberedChange } from '../../bench/scale/changes.ts';
import { readOptions } from '../../bench/scale/options.ts';
import { runScale } from '../../bench/scale/run.ts';
import { preparePackage } from '../../local/prepare.ts';

const result = (id: string, outcome = 'succeeded') =>
  JSON.stringify({ type: `migration.dcs.migration-task.update.${outcome}`, data: { change: { id } } });

describe('the options of a scale run', () => {
  it.each(['0', '-1', '1.5', 'many', '', '2000000', '100,,1000'])('refuse %j changes', (changes) => {
    expect(() => readOptions([`--changes=${changes}`])).toThrow(/--changes .*: must be a whole number from 1 to/);
  });

  it('are read', () => {
    expect(readOptions(['--changes', '10,20', '--open', '5'])).toMatchObject({ sizes: [10, 20], open: 5, workers: 2 });
  });
});

describe('the changes of a scale run', () => {
  it('cover both services and all tasks, and never repeat the values that their task has', () => {
    const all = Array.from({ length: 60 }, (_, number) => numberedChange(number, 10));
    expect(new Set(all.map(({ group }) => group)).size).toBe(20);
    const byTask = Map.groupBy(all, ({ group }) => group);
    for (const ofTask of byTask.values()) {
      const bodies = ofTask.map(({ text }) =>
        JSON.stringify((JSON.parse(text) as { data: { body: object } }).data.body),
      );
      expect(bodies[0]).not.toBe(bodies[1]);
      expect(bodies[1]).not.toBe(bodies[2]);
    }
  });
});

describe('the ages', () => {
  it('report a change that failed, and one that ended twice', () => {
    const ages = createAges();
    ages.begin('a');
    ages.begin('b');
    ages.end(result('a', 'failed'));
    ages.end(result('b'));
    ages.end(result('b'));
    expect(ages.open()).toBe(0);
    expect(() => ages.check()).toThrow('2 results are wrong: a: ');
  });
});

describe('a scale run', () => {
  it('sends every change once, and counts', async () => {
    const report = await runScale(30, await preparePackage('local'), { open: 10, workers: 1, tasks: 20 });
    expect(report).toMatchObject({ changes: 30 });
    expect(report.ledgerRequests).toBeGreaterThanOrEqual(90);
    expect(report.seconds).toBeGreaterThan(0);
    expect(report.age.p99).toBeGreaterThanOrEqual(report.age.median);
    expect(report.memory.end).toBeGreaterThan(0);
  }, 60_000);
});
