import { parseArgs } from 'node:util';
import { ROWS } from './rows.ts';

/** The options of the command line. */
export interface Options {
  json: boolean;
  quick: boolean;
  rows: ReadonlySet<number>;
}

export const USAGE = `npm run bench -- [--quick] [--json] [--rows 1,7,10]

  --quick  two processes of each instead of five, fewer batches, no row 11
  --json   one JSON object on the last line in place of the table
  --rows   only these rows
`;

/** Reads the command line. Undefined if help is asked for. Throws an Error that says what is wrong. */
export function readOptions(args: string[]): Options | undefined {
  const { values } = parseArgs({
    args,
    options: {
      json: { type: 'boolean', default: false },
      quick: { type: 'boolean', default: false },
      rows: { type: 'string' },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  if (values.help) return undefined;
  const known = ROWS.map(({ row }) => row);
  const rows = values.rows === undefined ? known : values.rows.split(',').map(Number);
  const unknown = rows.find((row) => !known.includes(row));
  if (unknown !== undefined) throw new RangeError(`--rows takes numbers from 1 to ${known.length}`);
  return { json: values.json, quick: values.quick, rows: new Set(rows) };
}
