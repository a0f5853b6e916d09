import { ROWS } from './rows.ts';
import type { Verdict } from './verdict.ts';

/** The rows as text, each with its meaning. */
export function toTable(verdicts: readonly Verdict[]): string {
  return verdicts.map(toLines).join('\n\n');
}

function toLines(verdict: Verdict): string {
  const { row, name, note } = verdict;
  const means = ROWS.find((known) => known.row === row)?.means ?? '';
  const lines = [`${String(row).padStart(2)}  ${name}`, means, ...figures(verdict), ...(note ? [note] : [])];
  return lines.join('\n    ');
}

function figures({ value, unit, peers, ratios }: Verdict): string[] {
  if (value === null) return [];
  const others = Object.entries(peers).map(([peer, figure]) => `${peer} ${figure}`);
  return [[`relay ${value} ${unit}`, ...others].join(', '), ...ratios.map(inWords)];
}

function inWords({ of, ratio, low, high, gate, held, goal, reached }: Verdict['ratios'][number]): string {
  const spread = of === 'itself' ? '' : `${ratio} x ${of} (${low} to ${high}): `;
  return `${spread}gate ${gate} ${held ? 'held' : 'missed'}, goal ${goal} ${reached ? 'reached' : 'not reached'}`;
}
