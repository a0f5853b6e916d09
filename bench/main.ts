import { installTools } from '../scripts/install-tools.ts';
import { endWithReader } from '../src/cli/terminal/streams.ts';
import { machine } from './machine.ts';
import { measure } from './measure.ts';
import { type Options, readOptions, USAGE } from './options.ts';
import { DECIDING } from './rows.ts';
import { toTable } from './table.ts';

/** Measures and tells; gives the exit code: 1 if a row that is counted missed its gate. */
async function run(options: Options): Promise<number> {
  installTools('bench');
  const before = machine();
  const rows = await measure(options, (word) => console.error(word));
  if (options.json) console.log(JSON.stringify({ rows, machine: before }));
  else console.log(`\n${toTable(rows)}\n\n${Object.values(before).join(', ')}`);
  return rows.some(({ row, held }) => DECIDING.has(row) && held === false) ? 1 : 0;
}

endWithReader();
const options = asked();
if (options === 'help') console.log(USAGE);
else if (options) process.exitCode = await run(options);

/** Undefined when the command line is wrong, which is told in a sentence. */
function asked(): Options | 'help' | undefined {
  try {
    return readOptions(process.argv.slice(2));
  } catch (error) {
    console.error(`${(error as Error).message}\n\n${USAGE}`);
    process.exitCode = 1;
    return undefined;
  }
}
