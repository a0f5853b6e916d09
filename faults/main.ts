import { availableParallelism } from 'node:os';
import type { JobReport } from './jobs.ts';
import { readOptions } from './options.ts';
import { doAll } from './pool.ts';
import { lineOf, summary } from './summary.ts';
import { add, isClean, noTotals, toJson } from './totals.ts';

const { json, lists } = readOptions(process.argv.slice(2));
const totals = noTotals();
const started = performance.now();

const onReport = (done: JobReport): void => {
  add(totals, done);
  process.stderr.write(`${lineOf(done)}\n`);
};

await doAll(lists, Math.max(2, Math.min(4, availableParallelism())), onReport);
const seconds = (performance.now() - started) / 1000;
for (const what of totals.found) process.stderr.write(`${what}\n`);
process.stdout.write(`${json ? JSON.stringify(toJson(totals)) : summary(totals, seconds)}\n`);
process.exitCode = isClean(totals) ? 0 : 1;
