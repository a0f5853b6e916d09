import type { JobReport } from './jobs.ts';
import type { Totals } from './totals.ts';

/** One line for a job that is done. */
export function lineOf(done: JobReport): string {
  switch (done.kind) {
    case 'run':
      return `seed ${done.report.seed}, ${done.report.profile} mix: ${done.report.counts.accepted} changes`;
    case 'matrix':
      return `kill matrix: ${done.report.cases} cases, ${done.report.failures.length} wrong`;
    case 'special':
      return `time to truth: ${done.report.timeToTruth.p99} ms at the 99th percentile`;
    case 'outage':
      return `outage (${done.report.flavour}): ${done.report.calls} calls, drained after ${done.report.drainSeconds} s`;
    case 'poison':
      return `poison: others took ${done.report.p99.with} ms at the 99th percentile, ${done.report.p99.without} ms without`;
    case 'long-outage':
      return `days without the provider: ${done.report.runs.map(({ unanswered, changes }) => `${unanswered} of ${changes} without a result`).join(', ')}`;
    case 'sick':
      return `sick tasks: ${done.report.mixtures.map(({ sick, longest }) => `${longest} ms beside ${sick}`).join(', ')}`;
    case 'control':
      return `no mutant: ${done.found ?? 'nothing found'}`;
    case 'mutant':
      return done.killedBy === undefined ? `SURVIVOR: ${done.name}` : `killed: ${done.name} (${done.killedBy})`;
  }
}

/** What a person wants to read at the end. */
export function summary(totals: Totals, seconds: number): string {
  const {
    changes,
    seeds,
    violations,
    counts,
    harsh,
    matrix,
    mutants,
    special,
    outage,
    poison,
    sick,
    longOutage,
    found,
  } = totals;
  const truth = special?.timeToTruth;
  return [
    `${changes + (harsh.accepted ?? 0)} changes in ${seeds} runs: ${list(violations)}`,
    `ended: ${list(counts)}`,
    ...(harsh.accepted ? [`ended where nothing is as usual: ${list(harsh)}`] : []),
    `kill matrix: ${matrix.cases} cases, the worker ended in ${matrix.killed}, ${matrix.failures} wrong`,
    `mutants: ${mutants.killed} of ${mutants.total} killed${mutants.survivors.map((name) => `\n  survivor: ${name}`).join('')}`,
    ...(truth ? [`reply lost after applying: truth after ${truth.p50} ms (p50), ${truth.p99} ms (p99)`] : []),
    ...Object.entries(outage).map(
      ([flavour, { calls, mostCalls, unknown, drainSeconds }]) =>
        `two hours without the provider (${flavour}): ${calls} calls of at most ${mostCalls}, unknown ${unknown}, drained ${drainSeconds} s after the last came back`,
    ),
    ...(poison
      ? [
          `one in a hundred poisoned: others took ${poison.p99.with} ms at the 99th percentile, ${poison.p99.without} ms without`,
        ]
      : []),
    ...(sick ?? []).map(
      ({ sick: tasks, every, longest }) =>
        `${tasks} sick tasks beside healthy changes every ${every / 1000} s: one of these took ${longest} ms at most`,
    ),
    ...(longOutage ?? []).map(
      ({ maxAgeHours, changes, unanswered, buried }) =>
        `a hundred hours without the provider, tried for ${maxAgeHours}: ${unanswered} of ${changes} without a result, ${buried} buried`,
    ),
    `${found.length === 0 ? 'nothing found' : `${found.length} findings, see above`}, ${seconds.toFixed(0)} s`,
  ].join('\n');
}

const list = (record: Record<string, number>) =>
  Object.entries(record)
    .map(([name, count]) => `${name} ${count}`)
    .join(', ');
