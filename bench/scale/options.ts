import { parseArgs } from 'node:util';
import { readWhole } from '../../scripts/options.ts';

/** The options of a run. */
export interface ScaleOptions {
  /** Numbers of changes, one fresh stack for each. */
  sizes: number[];
  /** The number of changes without a result at which producers wait. */
  open: number;
  /** Worker processes per function. */
  workers: number;
  /** The number of tasks per service. Changes go to them in turn. */
  tasks: number;
  json: boolean;
}

export const HELP = `npm run scale -- [options]

  --changes N,N,...   numbers of changes, one fresh stack for each (100,1000,10000,100000)
  --open N            producers wait while this many changes have no result yet (200)
  --workers N         worker processes per function (2)
  --tasks N           tasks per service (1000)
  --json              one JSON object on the last line in place of the table`;

/** Reads the command line. Undefined if help is asked for. Throws an Error that says what is wrong. */
export function readOptions(args: string[]): ScaleOptions | undefined {
  const { values } = parseArgs({
    args,
    options: {
      changes: { type: 'string', default: '100,1000,10000,100000' },
      open: { type: 'string', default: '200' },
      workers: { type: 'string', default: '2' },
      tasks: { type: 'string', default: '1000' },
      json: { type: 'boolean', default: false },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  if (values.help) return undefined;
  return {
    sizes: values.changes.split(',').map((size) => readWhole('changes', size, 1, 1_000_000)),
    open: readWhole('open', values.open, 1, 10_000),
    workers: readWhole('workers', values.workers, 1, 16),
    tasks: readWhole('tasks', values.tasks, 1, 10_000),
    json: values.json,
  };
}
