import { VIOLATIONS, type Violation } from './findings.ts';
import type { JobReport } from './jobs.ts';
import type { LongOutageReport } from './long-outage.ts';
import type { OutageReport } from './outage.ts';
import type { PoisonReport } from './poison-delay.ts';
import type { SickReport } from './sick-tasks.ts';
import type { SpecialReport } from './special-runs.ts';

/** Everything that a call of the simulator came to. */
export interface Totals {
  changes: number;
  seeds: number;
  violations: Record<Violation, number>;
  /** How the changes ended, and what was sent or published once more. */
  counts: Record<string, number>;
  /** The same of harsh runs, told apart: no region is like that, and their share would hide what the usual mix leaves. */
  harsh: Record<string, number>;
  faultsFired: Record<string, number>;
  matrix: { cases: number; killed: number; failures: number };
  mutants: { total: number; killed: number; survivors: string[] };
  /** What was measured, if it was asked for. */
  special?: Pick<SpecialReport, 'timeToTruth' | 'hotTask'>;
  /** What an outage came to, by the way in which the provider was away. */
  outage: Record<string, Omit<OutageReport, 'problems' | 'flavour'>>;
  poison?: Omit<PoisonReport, 'problems'>;
  /** What healthy changes waited beside sick tasks. */
  sick?: SickReport['mixtures'];
  /** What days without the provider came to, by how long changes are tried. */
  longOutage?: LongOutageReport['runs'];
  /** Sentences about what was found, each with the seed that repeats it. */
  found: string[];
}

export const noTotals = (): Totals => ({
  changes: 0,
  seeds: 0,
  violations: Object.fromEntries(VIOLATIONS.map((violation) => [violation, 0])) as Record<Violation, number>,
  counts: {},
  harsh: {},
  faultsFired: {},
  matrix: { cases: 0, killed: 0, failures: 0 },
  mutants: { total: 0, killed: 0, survivors: [] },
  outage: {},
  found: [],
});

type Adders = { [Kind in JobReport['kind']]: (totals: Totals, done: Extract<JobReport, { kind: Kind }>) => void };

const ADDERS: Adders = {
  run: (totals, { report }) => addRun(totals, report),
  matrix: (totals, { report }) => addMatrix(totals, report),
  mutant: (totals, done) => addMutant(totals, done),
  special: (totals, { report }) => addSpecial(totals, report),
  outage: (totals, { report }) => addOutage(totals, report),
  poison: (totals, { report }) => addPoison(totals, report),
  sick: (totals, { report }) => addSick(totals, report),
  'long-outage': (totals, { report }) => addLongOutage(totals, report),
  control: (totals, { found }) => addControl(totals, found),
};

/** Adds what one job came to. */
export function add(totals: Totals, done: JobReport): void {
  (ADDERS[done.kind] as (totals: Totals, done: JobReport) => void)(totals, done);
}

function addControl({ found }: Totals, what: string | undefined): void {
  if (what !== undefined) found.push(`in the relay itself: ${what}`);
}

function addSpecial(totals: Totals, { problems, ...measured }: SpecialReport): void {
  totals.special = measured;
  totals.found.push(...problems);
}

function addOutage(totals: Totals, { problems, flavour, ...measured }: OutageReport): void {
  totals.outage[flavour] = measured;
  totals.found.push(...problems.slice(0, 20));
}

function addPoison(totals: Totals, { problems, ...measured }: PoisonReport): void {
  totals.poison = measured;
  totals.found.push(...problems.slice(0, 20));
}

function addSick(totals: Totals, { problems, mixtures }: SickReport): void {
  totals.sick = mixtures;
  totals.found.push(...problems.slice(0, 20));
}

function addLongOutage(totals: Totals, { problems, runs }: LongOutageReport): void {
  totals.longOutage = runs;
  totals.found.push(...problems.slice(0, 20));
}

function addMutant({ mutants }: Totals, { name, killedBy }: Extract<JobReport, { kind: 'mutant' }>): void {
  mutants.total++;
  if (killedBy === undefined) mutants.survivors.push(name);
  else mutants.killed++;
}

function addRun(totals: Totals, report: Extract<JobReport, { kind: 'run' }>['report']): void {
  const { seed, profile, findings, counts, fired, missing, exceeded } = report;
  totals.seeds++;
  if (profile !== 'harsh') totals.changes += counts.accepted ?? 0;
  sumInto(profile === 'harsh' ? totals.harsh : totals.counts, counts);
  sumInto(totals.faultsFired, fired);
  for (const violation of VIOLATIONS) {
    totals.violations[violation] += findings[violation].length;
    for (const what of findings[violation].slice(0, 5))
      totals.found.push(`${violation} (--seed ${seed}, ${profile} mix): ${what}`);
  }
  for (const row of missing) totals.found.push(`fired too seldom (--seed ${seed}, ${profile} mix): ${row}`);
  for (const bound of exceeded) totals.found.push(`too often (--seed ${seed}, ${profile} mix): ${bound}`);
}

function addMatrix(totals: Totals, { cases, killed, failures }: { cases: number; killed: number; failures: string[] }) {
  totals.matrix.cases += cases;
  totals.matrix.killed += killed;
  totals.matrix.failures += failures.length;
  totals.found.push(...failures.slice(0, 20));
}

function sumInto(sums: Record<string, number>, more: Record<string, number>): void {
  for (const [name, number] of Object.entries(more)) sums[name] = (sums[name] ?? 0) + number;
}

/** True if nothing was found and every mutant was killed. */
export const isClean = ({ found, mutants }: Totals) => found.length === 0 && mutants.survivors.length === 0;
