import { parseArgs } from 'node:util';

/** What a run is made of. */
export interface RunOptions {
  changes: number;
  seed: number;
  database: 'dynalite' | 'dynoxide';
  /** Tasks per service. */
  tasks: number;
  /** The part of changes whose task isn't there. */
  missing: number;
  /** Producers wait while this many changes have no result yet. */
  open: number;
  /** Worker processes per function. */
  workers: number;
  /** Between two kills, on average, in milliseconds. */
  killEvery: number;
  json: boolean;
  /** A file for every line that the functions and the stack wrote. */
  log: string | undefined;
}

export const HELP = `npm run faults:processes -- [options]

  --changes N             how many changes (10000)
  --tasks N               how many tasks each service has (a 25th of the changes, at least 10)
  --seed S                the seed of what is sent and of what goes wrong (1)
  --database dynalite|dynoxide   what stands in for DynamoDB (dynalite)
  --open N                producers wait while this many changes have no result yet (500)
  --workers N             worker processes per function (4)
  --kill-every MS         a worker is ended by SIGKILL that often, on average (1500)
  --log FILE              keeps every line that the functions and the stack wrote
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
  const changes = whole('changes', values.changes, 100_000);
  return {
    changes,
    tasks: whole('tasks', values.tasks ?? String(Math.max(10, Math.ceil(changes / 25))), 100_000),
    seed: whole('seed', values.seed, 2 ** 31),
    database: oneOf('database', values.database, ['dynalite', 'dynoxide']),
    missing: 0.01,
    open: whole('open', values.open, 100_000),
    workers: whole('workers', values.workers, 10),
    killEvery: whole('kill-every', values['kill-every'], 3_600_000),
    json: values.json,
    log: values.log,
  };
}

function whole(name: string, text: string, most: number): number {
  const value = Number(text);
  if (/^\d+$/.test(text) && value >= 1 && value <= most) return value;
  throw new Error(`--${name} must be a whole number from 1 to ${most}`);
}

function oneOf<const Word extends string>(name: string, text: string, words: readonly Word[]): Word {
  const found = words.find((word) => word === text);
  if (found === undefined) throw new Error(`--${name} must be ${words.join(' or ')}`);
  return found;
}
