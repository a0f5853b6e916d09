import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import type { Job, JobReport } from './jobs.ts';
import { MUTANTS } from './mutants.ts';
import { doAll } from './pool.ts';
import { summary } from './summary.ts';
import { add, isClean, noTotals, toJson } from './totals.ts';

const { values } = parseArgs({
  options: {
    seeds: { type: 'string', default: '20' },
    changes: { type: 'string', default: '10000' },
    seed: { type: 'string', default: '1' },
    json: { type: 'boolean', default: false },
    harsh: { type: 'boolean', default: false },
    mutants: { type: 'boolean', default: false },
    matrix: { type: 'boolean', default: false },
  },
});

const [seeds, changes, first] = [Number(values.seeds), Number(values.changes), Number(values.seed)];
/** Without a wish for a part of it, everything is done. */
const all = !values.mutants && !values.matrix;
const profile = values.harsh ? 'harsh' : 'default';

const run = (seed: number): Job => ({ kind: 'run', seed, changes, profile });
const wishes = values.seeds !== '20' || values.seed !== '1' || values.changes !== '10000' || values.harsh;
const lists: Job[][] = [];
if (all || values.matrix) lists.push(...[0, 1].map((part): Job[] => [{ kind: 'matrix', part, of: 2 }]));
if (all || wishes) lists.push(...Array.from({ length: seeds }, (_, index) => [run(first + index)]));
if (all && !values.harsh) lists.push([{ kind: 'run', seed: first, changes, profile: 'standard' }]);
if (all || values.mutants) {
  lists.push([{ kind: 'control', seed: first }]);
  lists.push(...MUTANTS.map((mutant): Job[] => [{ kind: 'mutant', mutant, seed: first }]));
}

const totals = noTotals();
const started = performance.now();
const progress = (done: JobReport) => {
  add(totals, done);
  process.stderr.write(`${toLine(done)}\n`);
};

function toLine(done: JobReport): string {
  if (done.kind === 'run')
    return `seed ${done.report.seed}, ${done.report.profile} mix: ${done.report.counts.accepted} changes`;
  if (done.kind === 'matrix') return `kill matrix: ${done.report.cases} cases, ${done.report.failures.length} wrong`;
  if (done.kind === 'control') return `the relay itself: ${done.found ?? 'nothing found'}`;
  return `mutant, ${done.killedBy === undefined ? 'NOT KILLED' : 'killed'}: ${done.name}${done.killedBy ? ` (${done.killedBy})` : ''}`;
}

await doAll(lists, Math.max(2, Math.min(4, availableParallelism())), progress);
const seconds = (performance.now() - started) / 1000;
for (const what of totals.found) process.stderr.write(`${what}\n`);
process.stdout.write(`${values.json ? JSON.stringify(toJson(totals)) : summary(totals, seconds)}\n`);
process.exitCode = isClean(totals) ? 0 : 1;
