import { installTools } from '../scripts/install-tools.ts';
import { readCommandLine } from '../scripts/options.ts';
import { endWithReader } from '../src/cli/terminal/streams.ts';
import { machine } from './machine.ts';
import { measure } from './measure.ts';
import { type Options, readOptions, USAGE } from './options.ts';
import { DECIDING } from './rows.ts';
import { toTable } from './table.ts';

/** Measures and prints the rows. Returns the exit code: 1 if a counted row missed its gate. */
async function run(options: Options): Promise<number> {
  installTools('bench');
  const before = machine();
  const rows = await measure(options, (sentence) => console.error(sentence));
  if (options.json) console.log(JSON.stringify({ rows, machine: before }));
  else console.log(`\n${toTable(rows)}\n\n${Object.values(before).join(', ')}`);
  return rows.some(({ row, held }) => DECIDING.has(row) && held === false) ? 1 : 0;
}

endWithReader();
const options = readCommandLine(readOptions, USAGE);
if (options) process.exitCode = await run(options);
else console.log(USAGE);
