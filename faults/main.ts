import { availableParallelism } from 'node:os';
import { readCommandLine } from '../scripts/options.ts';
import { endWithReader } from '../src/cli/terminal/streams.ts';
import { HELP, type Options, readOptions } from './options.ts';
import { doAll } from './pool.ts';
import { lineOf, summary } from './summary.ts';
import { add, isClean, noTotals, toJson } from './totals.ts';

/** Does all jobs, prints their reports, and gives the exit code. */
async function run({ json, lists }: Options): Promise<number> {
  const totals = noTotals();
  const started = performance.now();
  await doAll(lists, Math.max(2, Math.min(4, availableParallelism())), (report) => {
    add(totals, report);
    process.stderr.write(`${lineOf(report)}\n`);
  });
  const seconds = (performance.now() - started) / 1000;
  for (const sentence of totals.found) process.stderr.write(`${sentence}\n`);
  process.stdout.write(`${json ? JSON.stringify(toJson(totals)) : summary(totals, seconds)}\n`);
  return isClean(totals) ? 0 : 1;
}

endWithReader();
const options = readCommandLine(readOptions, HELP);
if (options) process.exitCode = await run(options);
else process.stdout.write(`${HELP}\n`);
