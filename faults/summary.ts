import type { JobKind, JobReport, ReportOf } from './jobs.ts';
import type { Totals } from './totals.ts';

const LINES: { [Kind in JobKind]: (report: ReportOf<Kind>) => string } = {
  run: ({ seed, profile, counts }) => `seed ${seed}, ${profile} mix: ${counts.accepted} changes`,
  matrix: ({ cases, failures }) => `kill matrix: ${cases} cases, ${failures.length} wrong`,
  measurements: ({ timeToTruth: { p99 } }) => `reply lost: the result came after ${p99} ms at the 99th percentile`,
  outage: ({ flavour, calls, drainSeconds }) => `outage (${flavour}): ${calls} calls, drained after ${drainSeconds} s`,
  'long-outage': ({ runs }) =>
    `days without the provider: ${runs.map(({ unanswered, changes }) => `${unanswered} of ${changes} without a result`).join(', ')}`,
  poison: ({ p99 }) => `poison: others took ${p99.with} ms at the 99th percentile, ${p99.without} ms without`,
  sick: ({ mixtures }) =>
    `sick tasks: ${mixtures.map(({ sick, longest }) => `${longest} ms beside ${sick}`).join(', ')}`,
  control: ({ found }) => `no mutant: ${found ?? 'nothing found'}`,
  mutant: ({ name, killedBy }) => (killedBy === undefined ? `SURVIVOR: ${name}` : `killed: ${name} (${killedBy})`),
};

/** One line about a finished job. */
export const lineOf = ({ kind, report }: JobReport): string =>
  (LINES[kind] as (report: JobReport['report']) => string)(report);

/** The text that a person reads at the end. */
export function summary(totals: Totals, seconds: number): string {
  const { changes, seeds, violations, counts, harsh, matrix, mutants, measurements, outage, poison, sick, found } =
    totals;
  const truth = measurements?.timeToTruth;
  return [
    `${changes + (harsh.accepted ?? 0)} changes in ${seeds} runs: ${list(violations)}`,
    `ended: ${list(counts)}`,
    harsh.accepted && `ended in harsh runs: ${list(harsh)}`,
    `kill matrix: ${matrix.cases} cases, the worker ended in ${matrix.killed}, ${matrix.failures} wrong`,
    `mutants: ${mutants.killed} of ${mutants.total} killed`,
    ...mutants.survivors.map((name) => `  survivor: ${name}`),
    truth && `reply lost: the result came after ${truth.p50} ms (p50), ${truth.p99} ms (p99)`,
    ...Object.entries(outage).map(
      ([flavour, { calls, maxCalls, unknown, drainSeconds }]) =>
        `two hours without the provider (${flavour}): ${calls} calls of at most ${maxCalls}, unknown ${unknown}, drained ${drainSeconds} s after the last outage`,
    ),
    poison &&
      `one in a hundred poisoned: others took ${poison.p99.with} ms at the 99th percentile, ${poison.p99.without} ms without`,
    ...(sick ?? []).map(
      ({ sick: tasks, every, apart, longest }) =>
        `${tasks} sick tasks${apart ? ' of another project' : ''} beside healthy changes every ${every / 1000} s: one of these took ${longest} ms at most`,
    ),
    ...(totals.longOutage ?? []).map(
      ({ maxAgeHours, changes, unanswered, buried }) =>
        `a hundred hours without the provider, changes tried for ${maxAgeHours}: ${unanswered} of ${changes} without a result, ${buried} dead letters`,
    ),
    `${found.length === 0 ? 'nothing found' : `${found.length} findings, see above`}, ${seconds.toFixed(0)} s`,
  ]
    .filter((line) => typeof line === 'string')
    .join('\n');
}

const list = (counts: Record<string, number>) =>
  Object.entries(counts)
    .map(([name, count]) => `${name} ${count}`)
    .join(', ');
