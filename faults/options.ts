import { parseArgs } from 'node:util';
import type { Job } from './jobs.ts';
import { MUTANTS } from './mutants/list.ts';
import { FLAVOURS, type Flavour } from './outage-plan.ts';

export interface Options {
  json: boolean;
  /** Lists of jobs; those of a list are done in one thread. */
  lists: Job[][];
}

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

/** What the command line asks for; undefined for the help. */
export function readOptions(args: string[]): Options | undefined {
  const { values } = parseArgs({
    args,
    options: {
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
    },
  });
  if (values.help) return undefined;
  const { seeds = '20', harsh, json, mutants, matrix, outage, poison, sick } = values;
  const [changes, seed, skew] = [Number(values.changes), Number(values.seed), Number(values.skew) * 1000];
  const everything = !(mutants || matrix || outage || poison || sick);
  const wanted: [boolean, Job[][]][] = [
    [everything || mutants, mutantJobs(seed)],
    [everything || matrix, [0, 1].map((part): Job[] => [{ kind: 'matrix', part, of: 2 }])],
    [everything || values.seeds !== undefined, seedRuns(Number(seeds), { seed, changes, harsh, skew })],
    [everything && !harsh, otherRuns(changes, seed)],
    [outage, [...outages(FLAVOURS, changes, seed), [{ kind: 'long-outage', seed }]]],
    [poison, [[{ kind: 'poison', changes, seed }]]],
    [sick, [[{ kind: 'sick', seed }]]],
  ];
  return { json, lists: wanted.flatMap(([isWanted, lists]) => (isWanted ? lists : [])) };
}

const mutantJobs = (seed: number): Job[][] => [
  [{ kind: 'control', tests: [...new Set(MUTANTS.flatMap(({ tests }) => tests ?? []))], seed }],
  ...MUTANTS.map((mutant): Job[] => [{ kind: 'mutant', mutant, seed }]),
];

/** Two seeds to a thread, because loading the relay takes time too. */
function seedRuns(seeds: number, first: { seed: number; changes: number; harsh: boolean; skew: number }): Job[][] {
  const { seed, changes, harsh, skew } = first;
  const runs = Array.from({ length: seeds }, (_, index): Job => {
    return { kind: 'run', seed: seed + index, changes, profile: harsh ? 'harsh' : 'default', skew };
  });
  return Array.from({ length: Math.ceil(seeds / 2) }, (_, pair) => runs.slice(2 * pair, 2 * pair + 2));
}

/** The number of changes in an outage run. Each seed runs one kind of outage, because all kinds with more changes take long. */
const SMALL = 3000;

/** A harsh run, one on a queue without order, the measurements, outages of hours and of days, poison and sick tasks. */
const otherRuns = (changes: number, seed: number): Job[][] => [
  [{ kind: 'run', seed, changes: Math.ceil(changes / 2), profile: 'harsh' }],
  [{ kind: 'run', seed, changes, profile: 'standard' }],
  [{ kind: 'measurements', seed }],
  ...outages([FLAVOURS[seed % FLAVOURS.length] ?? 'refused'], Math.min(SMALL, changes), seed),
  [{ kind: 'poison', changes, seed }],
  [{ kind: 'sick', seed }],
  [{ kind: 'long-outage', seed }],
];

const outages = (flavours: readonly Flavour[], changes: number, seed: number) =>
  flavours.map((flavour): Job[] => [{ kind: 'outage', flavour, changes, seed }]);
