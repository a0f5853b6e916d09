import { parseArgs } from 'node:util';
import { readWhole } from '../../scripts/options.ts';

/** The options of a run. */
export interface RunOptions {
  changes: number;
  seed: number;
  database: 'dynalite' | 'dynoxide';
  /** Tasks per service. */
  tasks: number;
  /** The share of changes whose task does not exist. */
  missing: number;
  /** Producers wait while this many changes have no result yet. */
  open: number;
  /** Worker processes per function. */
  workers: number;
  /** The average time between two kills, in milliseconds. */
  killEvery: number;
  json: boolean;
  /** The file that gets every line that the functions and the stack wrote. */
  log: string | undefined;
}

export const HELP = `npm run faults:processes -- [options]

  --changes N             how many changes (10000)
  --tasks N               how many tasks each service has (a 25th of the changes, at least 10)
  --seed S                the seed of what is sent and of what goes wrong (1)
  --database dynalite|dynoxide   what stands in for DynamoDB (dynalite)
  --open N                producers wait while this many changes have no result yet (500)
  --workers N             worker processes per function (4)
  --kill-every MS         the average time after which a worker is killed by SIGKILL (1500)
  --log FILE              writes every line of the functions and the stack into this file
  --json                  one JSON object with the figures on the last line`;

/** Reads the command line; undefined when help is wanted. Throws an Error that names what is wrong. */
export function readOptions(args: string[]): RunOptions | undefined {
  const { values } = parseArgs({
    args,
    options: {
      changes: { type: 'string', default: '10000' },
      tasks: { type: 'string' },
      seed: { type: 'string', default: '1' },
      database: { type: 'string', default: 'dynalite' },
      open: { type: 'string', default: '500' },
      workers: { type: 'string', default: '4' },
      'kill-every': { type: 'string', default: '1500' },
      json: { type: 'boolean', default: false },
      log: { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) return undefined;
  const changes = readWhole('changes', values.changes, 1, 100_000);
  return {
    changes,
    tasks: readWhole('tasks', values.tasks ?? String(Math.max(10, Math.ceil(changes / 25))), 1, 100_000),
    seed: readWhole('seed', values.seed, 1, 2 ** 31),
    database: oneOf('database', values.database, ['dynalite', 'dynoxide']),
    missing: 0.01,
    open: readWhole('open', values.open, 1, 100_000),
    workers: readWhole('workers', values.workers, 1, 10),
    killEvery: readWhole('kill-every', values['kill-every'], 1, 3_600_000),
    json: values.json,
    log: values.log,
  };
}

function oneOf<const Value extends string>(name: string, text: string, words: readonly Value[]): Value {
  const found = words.find((word) => word === text);
  if (found === undefined) throw new Error(`--${name} must be ${words.join(' or ')}`);
  return found;
}
