import { parseArgs } from 'node:util';
import type { Job } from './jobs.ts';
import { MUTANTS } from './mutants.ts';
import { FLAVOURS, type Flavour } from './outage-plan.ts';

export interface Options {
  json: boolean;
  /** Lists of jobs; those of a list are done in one thread. */
  lists: Job[][];
}

const OPTIONS = {
  seeds: { type: 'string' },
  changes: { type: 'string', default: '10000' },
  seed: { type: 'string', default: '1' },
  skew: { type: 'string', default: '5' },
  json: { type: 'boolean', default: false },
  harsh: { type: 'boolean', default: false },
  mutants: { type: 'boolean', default: false },
  matrix: { type: 'boolean', default: false },
  outage: { type: 'boolean', default: false },
  poison: { type: 'boolean', default: false },
  sick: { type: 'boolean', default: false },
  help: { type: 'boolean', short: 'h', default: false },
} as const;

export const HELP = `npm run faults -- [options]

  --seeds N      how many runs of random faults (20)
  --seed S       the seed of the first run (1)
  --changes N    how many changes a run has (10000)
  --skew S       how far a worker's clock may be off, in seconds (5)
  --harsh        runs in which nothing goes as usual
  --matrix       a worker ends before or after each step
  --mutants      guards taken out of the relay must be noticed
  --outage       two hours without the provider
  --poison       one change in a hundred can never be carried out
  --sick         tasks at which every call fails, among healthy ones
  --json         the figures as one object on the last line

Without --matrix, --mutants, --outage, --poison and --sick everything is run, with them only these and the seeds asked for.`;

/** What the command line asks for; undefined when help is wanted: without one of `--matrix`, `--mutants`, `--outage`, `--poison` and `--sick` everything, with them only these and the seeds asked for. */
export function readOptions(args: string[]): Options | undefined {
  const { values } = parseArgs({ args, options: OPTIONS });
  if (values.help) return undefined;
  const { seeds = '20', harsh, json, mutants, matrix, outage, poison, sick } = values;
  const runs: Runs = {
    seeds: Number(seeds),
    changes: Number(values.changes),
    first: Number(values.seed),
    skew: Number(values.skew) * 1000,
    harsh,
  };
  const everything = ![mutants, matrix, outage, poison, sick].includes(true);
  const wanted: [boolean, Job[][]][] = [
    [everything || mutants, hunts(runs.first)],
    [everything || matrix, [0, 1].map((part): Job[] => [{ kind: 'matrix', part, of: 2 }])],
    [everything || values.seeds !== undefined, seedRuns(runs)],
    [everything && !harsh, besides(runs)],
    [outage, [...outages(FLAVOURS, runs), [{ kind: 'long-outage', seed: runs.first }]]],
    [poison, [[{ kind: 'poison', changes: runs.changes, seed: runs.first }]]],
    [sick, [[{ kind: 'sick', seed: runs.first }]]],
  ];
  return { json, lists: wanted.flatMap(([is, lists]) => (is ? lists : [])) };
}

interface Runs {
  seeds: number;
  changes: number;
  first: number;
  harsh: boolean;
  /** How far a worker's clock may be off, in milliseconds. */
  skew: number;
}

const hunts = (seed: number): Job[][] => [
  [{ kind: 'control', tests: [...new Set(MUTANTS.flatMap(({ tests }) => tests ?? []))], seed }],
  ...MUTANTS.map((mutant): Job[] => [{ kind: 'mutant', mutant, seed }]),
];

/** Two seeds to a thread, as loading the relay takes its time too. */
const seedRuns = ({ seeds, changes, first, harsh, skew }: Runs): Job[][] =>
  Array.from({ length: Math.ceil(seeds / 2) }, (_, index) =>
    [first + 2 * index, first + 2 * index + 1]
      .filter((seed) => seed < first + seeds)
      .map((seed): Job => ({ kind: 'run', seed, changes, profile: harsh ? 'harsh' : 'default', skew })),
  );

/** The number of changes in an outage run. Each seed runs one kind of outage, because all kinds with more changes take long. */
const SMALL = 3000;

/** A harsh run, one on a queue without order, the measurements, outages of hours and of days, poison and sick tasks. */
const besides = (runs: Runs): Job[][] => {
  const { changes, first } = runs;
  const flavours = FLAVOURS.filter((_, index) => index === first % FLAVOURS.length);
  return [
    [{ kind: 'run', seed: first, changes: Math.ceil(changes / 2), profile: 'harsh' }],
    [{ kind: 'run', seed: first, changes, profile: 'standard' }],
    [{ kind: 'special', seed: first }],
    ...outages(flavours, { ...runs, changes: Math.min(SMALL, changes) }),
    [{ kind: 'poison', changes, seed: first }],
    [{ kind: 'sick', seed: first }],
    [{ kind: 'long-outage', seed: first }],
  ];
};

const outages = (flavours: readonly Flavour[], { changes, first }: Runs) =>
  flavours.map((flavour): Job[] => [{ kind: 'outage', flavour, changes, seed: first }]);
