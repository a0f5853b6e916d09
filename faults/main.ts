import { availableParallelism } from 'node:os';
import { endWithReader } from '../src/cli/terminal/streams.ts';
import type { JobReport } from './jobs.ts';
import { HELP, type Options, readOptions } from './options.ts';
import { doAll } from './pool.ts';
import { lineOf, summary } from './summary.ts';
import { add, isClean, noTotals } from './totals.ts';
import { toJson } from './totals-json.ts';

/** Does all that was asked for, tells it, and gives the exit code. */
async function run({ json, lists }: Options): Promise<number> {
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
  return isClean(totals) ? 0 : 1;
}

/** Undefined when help is wanted. A wrong command line is told in a sentence. */
function asked(): Options | undefined {
  try {
    return readOptions(process.argv.slice(2));
  } catch (error) {
    process.stderr.write(`${(error as Error).message}\n\n`);
    process.exitCode = 1;
    return undefined;
  }
}

endWithReader();
const options = asked();
if (options) process.exitCode = await run(options);
else (process.exitCode === 1 ? process.stderr : process.stdout).write(`${HELP}\n`);
