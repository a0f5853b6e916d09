import { preparePackage } from '../../local/prepare.ts';
import { readCommandLine } from '../../scripts/options.ts';
import { endWithReader, leave } from '../../src/cli/terminal/streams.ts';
import { machine } from '../machine.ts';
import { HELP, readOptions, type ScaleOptions } from './options.ts';
import { runScale, type ScaleReport } from './run.ts';

const COLUMNS = ['changes', 'seconds', 'per second', 'age, median ms', 'age, p99 ms', 'ledger requests', 'memory MB'];

const cells = ({ changes, seconds, perSecond, age, ledgerRequests, memory }: ScaleReport) =>
  [changes, seconds, perSecond, age.median, age.p99, ledgerRequests, memory.end].map((value) =>
    value.toLocaleString('en'),
  );

const line = (texts: readonly string[]) => `| ${texts.join(' | ')} |`;

async function run(options: ScaleOptions): Promise<void> {
  const before = machine();
  const folder = await preparePackage('local');
  const sizes: ScaleReport[] = [];
  for (const changes of options.sizes) {
    console.error(`sending ${changes.toLocaleString('en')} changes`);
    sizes.push(await runScale(changes, folder, options));
  }
  if (options.json) console.log(JSON.stringify({ sizes, machine: before }));
  else console.log([line(COLUMNS), line(COLUMNS.map(() => '---:')), ...sizes.map(cells).map(line)].join('\n'));
}

endWithReader();
const options = readCommandLine(readOptions, HELP);
try {
  if (options) await run(options);
  else console.log(HELP);
  // An idle worker process would keep this process alive.
  await leave(0);
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  await leave(1);
}
