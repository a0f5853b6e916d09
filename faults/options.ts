import { parseArgs } from 'node:util';
import type { Job } from './jobs.ts';
import { MUTANTS } from './mutants.ts';

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
} as const;

/** What the command line asks for: without `--matrix` or `--mutants` everything, with them only these and the seeds asked for. */
export function readOptions(args: string[]): Options {
  const { values } = parseArgs({ args, options: OPTIONS });
  const { seeds = '20', harsh, json, mutants, matrix } = values;
  const runs: Runs = {
    seeds: Number(seeds),
    changes: Number(values.changes),
    first: Number(values.seed),
    skew: Number(values.skew) * 1000,
    harsh,
  };
  const everything = !mutants && !matrix;
  const wanted: [boolean, Job[][]][] = [
    [everything || mutants, hunts(runs.first)],
    [everything || matrix, [0, 1].map((part): Job[] => [{ kind: 'matrix', part, of: 2 }])],
    [everything || values.seeds !== undefined, seedRuns(runs)],
    [everything && !harsh, besides(runs)],
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
  [{ kind: 'control', seed }],
  ...MUTANTS.map((mutant): Job[] => [{ kind: 'mutant', mutant, seed }]),
];

/** Two seeds to a thread, as loading the relay takes its time too. */
const seedRuns = ({ seeds, changes, first, harsh, skew }: Runs): Job[][] =>
  Array.from({ length: Math.ceil(seeds / 2) }, (_, index) =>
    [first + 2 * index, first + 2 * index + 1]
      .filter((seed) => seed < first + seeds)
      .map((seed): Job => ({ kind: 'run', seed, changes, profile: harsh ? 'harsh' : 'default', skew })),
  );

/** A harsh run, one on a queue without order, and the measurements. */
const besides = ({ changes, first }: Runs): Job[][] => [
  [{ kind: 'run', seed: first, changes: Math.ceil(changes / 2), profile: 'harsh' }],
  [{ kind: 'run', seed: first, changes, profile: 'standard' }],
  [{ kind: 'special', seed: first }],
];
