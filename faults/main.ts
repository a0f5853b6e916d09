import { availableParallelism } from 'node:os';
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

/** Undefined if there is nothing to run, because the help was asked for or the command line is wrong. */
function readCommandLine(): Options | undefined {
  try {
    const options = readOptions(process.argv.slice(2));
    if (!options) process.stdout.write(`${HELP}\n`);
    return options;
  } catch (error) {
    process.stderr.write(`${(error as Error).message}\n\n${HELP}\n`);
    process.exitCode = 1;
    return undefined;
  }
}

endWithReader();
const options = readCommandLine();
if (options) process.exitCode = await run(options);
