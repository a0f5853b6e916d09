import { parseArgs } from 'node:util';
import { readWhole } from '../scripts/options.ts';
import type { Job } from './jobs.ts';
import { MUTANTS } from './mutants/list.ts';
import { FLAVOURS, type Flavour } from './outage-plan.ts';

export interface Options {
  json: boolean;
  /** Lists of jobs. The jobs of one list are done in one thread. */
  lists: Job[][];
}

export const HELP = `npm run faults -- [options]

  --seeds N      how many runs of random faults (20)
  --seed S       the seed of the first run (1)
  --changes N    how many changes a run has (10000)
  --skew S       how far a worker's clock may be off, in seconds (5)
  --harsh        runs in which failures are far more frequent
  --matrix       the kill matrix: a worker ends before or after each step
  --mutants      removes guards of the relay, which must be noticed
  --outage       two hours, and a hundred hours, without the provider
  --poison       one poison message for a hundred changes
  --sick         tasks at which every call fails, among healthy ones
  --json         the figures as one object on the last line

Without --matrix, --mutants, --outage, --poison and --sick everything is run. With them, only these are run, and random faults if --seeds is given.`;

/** Reads the command line; undefined when help is wanted. Throws an Error that names what is wrong. */
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
  const changes = readWhole('changes', values.changes, 1, 10_000_000);
  const seed = readWhole('seed', values.seed, 0, 2 ** 31);
  const skew = readWhole('skew', values.skew, 0, 3600) * 1000;
  const everything = !(mutants || matrix || outage || poison || sick);
  const wanted: [boolean, Job[][]][] = [
    [everything || mutants, mutantRuns(seed)],
    [everything || matrix, [0, 1].map((part): Job[] => [{ kind: 'matrix', part, of: 2 }])],
    [
      everything || values.seeds !== undefined,
      seedRuns(readWhole('seeds', seeds, 0, 100_000), { seed, changes, harsh, skew }),
    ],
    [everything && !harsh, otherRuns(changes, seed)],
    [outage, [...outages(FLAVOURS, changes, seed), [{ kind: 'long-outage', seed }]]],
    [poison, [[{ kind: 'poison', changes, seed }]]],
    [sick, [[{ kind: 'sick', seed }]]],
  ];
  return { json, lists: wanted.flatMap(([isWanted, lists]) => (isWanted ? lists : [])) };
}

const mutantRuns = (seed: number): Job[][] => [
  [{ kind: 'control', tests: [...new Set(MUTANTS.flatMap(({ tests }) => tests ?? []))], seed }],
  ...MUTANTS.map((mutant): Job[] => [{ kind: 'mutant', mutant, seed }]),
];

/** Each thread runs two seeds, because loading the relay takes time too. */
function seedRuns(seeds: number, first: { seed: number; changes: number; harsh: boolean; skew: number }): Job[][] {
  const { seed, changes, harsh, skew } = first;
  const runs = Array.from({ length: seeds }, (_, index): Job => {
    return { kind: 'run', seed: seed + index, changes, profile: harsh ? 'harsh' : 'default', skew };
  });
  return Array.from({ length: Math.ceil(seeds / 2) }, (_, pair) => runs.slice(2 * pair, 2 * pair + 2));
}

/** The most changes of an outage run when everything is run. Each seed then runs one kind of outage, because all would take long. */
const MAX_OUTAGE_CHANGES = 3000;

/** A harsh run, one on a queue without order, the measurements, outages of hours and of days, poison and sick tasks. */
const otherRuns = (changes: number, seed: number): Job[][] => [
  [{ kind: 'run', seed, changes: Math.ceil(changes / 2), profile: 'harsh' }],
  [{ kind: 'run', seed, changes, profile: 'standard' }],
  [{ kind: 'measurements', seed }],
  ...outages([FLAVOURS[seed % FLAVOURS.length] ?? 'refused'], Math.min(MAX_OUTAGE_CHANGES, changes), seed),
  [{ kind: 'poison', changes, seed }],
  [{ kind: 'sick', seed }],
  [{ kind: 'long-outage', seed }],
];

const outages = (flavours: readonly Flavour[], changes: number, seed: number) =>
  flavours.map((flavour): Job[] => [{ kind: 'outage', flavour, changes, seed }]);
