import { existsSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { AGAINST_BEFORE, ROWS } from './rows.ts';

/** The options of the command line. */
export interface Options {
  json: boolean;
  quick: boolean;
  rows: ReadonlySet<number>;
  /** A checkout of another state of the project, with its packages installed, to compare with in place of the peers. */
  against?: string;
}

export const USAGE = `npm run bench -- [--quick] [--json] [--rows 1,7,10] [--against FOLDER]

  --quick    two processes of each instead of five, fewer batches, no row 11
  --json     one JSON object on the last line in place of the table
  --rows     only these rows
  --against  compare with the relay of another checkout instead of the peers, 15 processes or more of each;
             \`npm ci\` must have run there
`;

/** Reads the command line. Undefined if help is asked for. Throws an Error that says what is wrong. */
export function readOptions(args: string[]): Options | undefined {
  const { values } = parseArgs({
    args,
    options: {
      json: { type: 'boolean', default: false },
      quick: { type: 'boolean', default: false },
      rows: { type: 'string' },
      against: { type: 'string' },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  if (values.help) return undefined;
  const { against } = values;
  if (against !== undefined && !existsSync(`${against}/scripts/build.ts`))
    throw new RangeError('--against takes the folder of a checkout; this one has no scripts/build.ts');
  const known = (against === undefined ? ROWS : AGAINST_BEFORE).map(({ row }) => row);
  const rows = values.rows === undefined ? known : values.rows.split(',').map(Number);
  const unknown = rows.find((row) => !known.includes(row));
  if (unknown !== undefined) throw new RangeError(`--rows takes numbers of ${known.join(', ')}`);
  return { json: values.json, quick: values.quick, rows: new Set(rows), ...(against !== undefined && { against }) };
}
