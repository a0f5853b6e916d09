import { VIOLATIONS, type Violation } from './findings.ts';
import type { JobKind, JobReport, ReportOf } from './jobs.ts';

type Counts = Record<string, number>;

/** The sum of all reports of a command. */
export interface Totals {
  changes: number;
  seeds: number;
  violations: Record<Violation, number>;
  /** The checker's counts: how the changes ended, and what was sent or published again. */
  counts: Counts;
  /** The same of harsh runs. They are counted separately because no region is like that, and they would hide the usual shares. */
  harsh: Counts;
  faultsFired: Counts;
  matrix: { cases: number; killed: number; failures: number };
  mutants: { total: number; killed: number; survivors: string[] };
  measurements?: Omit<ReportOf<'measurements'>, 'problems'>;
  /** By how the provider was down. */
  outage: Record<string, Omit<ReportOf<'outage'>, 'problems' | 'flavour'>>;
  poison?: Omit<ReportOf<'poison'>, 'problems'>;
  sick?: ReportOf<'sick'>['mixtures'];
  longOutage?: ReportOf<'long-outage'>['runs'];
  /** Sentences about what was found. Each names the seed with which it can be repeated. */
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

/** Adds a report of each kind, and gives sentences about what was found. */
const ADDERS: { [Kind in JobKind]: (totals: Totals, report: ReportOf<Kind>) => string[] } = {
  run: addRun,
  matrix({ matrix }, { cases, killed, failures }) {
    matrix.cases += cases;
    matrix.killed += killed;
    matrix.failures += failures.length;
    return failures;
  },
  mutant({ mutants }, { name, killedBy }) {
    mutants.total++;
    if (killedBy === undefined) mutants.survivors.push(name);
    else mutants.killed++;
    return [];
  },
  control: (_totals, { found }) => (found === undefined ? [] : [`in the relay itself: ${found}`]),
  measurements(totals, { problems, ...measured }) {
    totals.measurements = measured;
    return problems;
  },
  outage(totals, { problems, flavour, ...measured }) {
    totals.outage[flavour] = measured;
    return problems;
  },
  poison(totals, { problems, ...measured }) {
    totals.poison = measured;
    return problems;
  },
  sick(totals, { problems, mixtures }) {
    totals.sick = mixtures;
    return problems;
  },
  'long-outage'(totals, { problems, runs }) {
    totals.longOutage = runs;
    return problems;
  },
};

const MAX_SENTENCES = 100;

/** Adds the report of a job. */
export function add(totals: Totals, { kind, report }: JobReport): void {
  const adder = ADDERS[kind] as (totals: Totals, report: JobReport['report']) => string[];
  totals.found.push(...adder(totals, report).slice(0, MAX_SENTENCES));
}

function addRun(totals: Totals, report: ReportOf<'run'>): string[] {
  const { seed, profile, findings, counts, fired, missing, exceeded } = report;
  totals.seeds++;
  if (profile !== 'harsh') totals.changes += counts.accepted ?? 0;
  sumInto(profile === 'harsh' ? totals.harsh : totals.counts, counts);
  sumInto(totals.faultsFired, fired);
  for (const violation of VIOLATIONS) totals.violations[violation] += findings[violation].length;
  const where = `(--seed ${seed}, ${profile} mix)`;
  return [
    ...VIOLATIONS.flatMap((kind) => findings[kind].slice(0, 5).map((what) => `${kind} ${where}: ${what}`)),
    ...missing.map((row) => `occurred too seldom ${where}: ${row}`),
    ...exceeded.map((bound) => `too often ${where}: ${bound}`),
  ];
}

function sumInto(sums: Counts, more: Counts): void {
  for (const [name, number] of Object.entries(more)) sums[name] = (sums[name] ?? 0) + number;
}

/** True if nothing was found and every mutant was killed. */
export const isClean = ({ found, mutants }: Totals) => found.length === 0 && mutants.survivors.length === 0;

/** The object that `--json` prints. */
export function toJson({ changes, violations, counts, harsh, measurements, found: _found, ...rest }: Totals): object {
  const harshChanges = harsh.accepted ?? 0;
  return {
    ...rest,
    ...violations,
    ...measurements,
    ...rareOf(counts),
    // These are the changes of all runs, as the seeds and violations are.
    changes: changes + harshChanges,
    harsh: { changes: harshChanges, ...rareOf(harsh) },
  };
}

const rareOf = ({ unknown = 0, superseded = 0, duplicatePublishes = 0, repeatsAnswered = 0 }: Counts) => ({
  ...{ unknown, superseded, duplicatePublishes, repeatsAnswered },
});
