import { readCommandLine } from '../../scripts/options.ts';
import { endWithReader, leave } from '../../src/cli/terminal/streams.ts';
import { unprovenIn } from './figures.ts';
import { HELP, readOptions } from './options.ts';
import { run } from './run.ts';

/** The most violations of each kind that are shown. */
const MAX_SHOWN = 20;

/** Runs once, as the command line says, and gives the exit code: 1 if a promise was broken, or an operation never succeeded. */
async function main(): Promise<number> {
  const options = readCommandLine(readOptions, HELP);
  if (!options) {
    process.stdout.write(`${HELP}\n`);
    return 0;
  }
  const { findings, figures } = await run(options, (sentence) => process.stderr.write(`${sentence}\n`));
  const broken = Object.entries(findings).filter(([, list]) => list.length > 0);
  const violations = Object.fromEntries(Object.entries(findings).map(([kind, list]) => [kind, list.length]));
  for (const [kind, list] of broken) {
    for (const sentence of list.slice(0, MAX_SHOWN)) process.stderr.write(`${kind}: ${sentence}\n`);
  }
  const unproven = unprovenIn(figures);
  if (unproven.length > 0) process.stderr.write(`never succeeded: ${unproven.join(', ')}\n`);
  const output = { ...figures, violations };
  process.stdout.write(`${options.json ? JSON.stringify(output) : JSON.stringify(output, null, 2)}\n`);
  return broken.length + unproven.length > 0 ? 1 : 0;
}

// Workers end by themselves when this process has ended, and their folders are removed at the next start.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => process.exit(1));

try {
  endWithReader();
  await leave(await main());
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : error}\n`);
  await leave(1);
}
