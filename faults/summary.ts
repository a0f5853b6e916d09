import type { Totals } from './totals.ts';

/** What a person wants to read at the end. */
export function summary(
  { changes, seeds, violations, counts, matrix, mutants, found }: Totals,
  seconds: number,
): string {
  const list = (record: Record<string, number>) =>
    Object.entries(record)
      .map(([name, count]) => `${name} ${count}`)
      .join(', ');
  return [
    `${changes} changes in ${seeds} runs: ${list(violations)}`,
    `ended: ${list(counts)}`,
    `kill matrix: ${matrix.cases} cases, the worker ended in ${matrix.killed}, ${matrix.failures} wrong`,
    `mutants: ${mutants.killed} of ${mutants.total} killed${mutants.survivors.map((name) => `\n  survivor: ${name}`).join('')}`,
    `${found.length === 0 ? 'nothing found' : `${found.length} findings, see above`}, ${seconds.toFixed(0)} s`,
  ].join('\n');
}
