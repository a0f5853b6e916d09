import type { Comparison, Gate, Row } from './rows.ts';

/** Figures per candidate, one per process. Figures of one round have the same index. */
type Samples = { relay: number[] } & Record<string, number[]>;

/** What was measured for a row, or why it was skipped. */
export type RowMeasurement = { samples: Samples; note?: string } | { skipped: string };

/** A measured ratio: its median, and the lowest and highest of the rounds. */
interface Ratio {
  of: string;
  ratio: number;
  low: number;
  high: number;
  gate: string;
  held: boolean;
  goal: string;
  reached: boolean;
}

/** The result of a row. `ratio` belongs to the first gate, `held` and `reached` to all of them. */
export interface Verdict {
  row: number;
  name: string;
  value: number | null;
  unit: string;
  peers: Record<string, number>;
  ratio: number | null;
  gate: string;
  held: boolean | null;
  goal: string;
  reached: boolean | null;
  ratios: Ratio[];
  note?: string;
}

/** Compares what was measured with the row's gates. */
export function evaluate({ row, name, unit, gates }: Row, measured: RowMeasurement): Verdict {
  const [gate, goal] = [gates.map(inWords('gate')).join(', '), gates.map(inWords('goal')).join(', ')];
  const nothing = { value: null, peers: {}, ratio: null, held: null, reached: null, ratios: [] };
  const unmeasured = { row, name, unit, gate, goal, ...nothing };
  if ('skipped' in measured) return { ...unmeasured, note: `skipped: ${measured.skipped}` };
  const { samples, note } = measured;
  const { relay, ...others } = samples;
  const ratios = gates.map((gate) => compare(gate, samples));
  return {
    ...unmeasured,
    value: short(median(relay)),
    peers: Object.fromEntries(Object.entries(others).map(([peer, values]) => [peer, short(median(values))])),
    ratio: ratios.find(({ of }) => of !== 'itself')?.ratio ?? null,
    ...(gates.length > 0 && {
      held: ratios.every(({ held }) => held),
      reached: ratios.every(({ reached }) => reached),
    }),
    ratios,
    ...(note !== undefined && { note }),
  };
}

const RATIO: Record<Comparison, (relay: number, other: number) => number> = {
  share: (relay, other) => relay / other,
  less: (relay, other) => other / relay,
  more: (relay, other) => relay / other,
  itself: (relay) => relay,
};

/** Compares within each round, so that a machine that was slow for a while was slow for both. */
function compare({ comparison, of, gate, goal }: Gate, samples: Samples): Ratio {
  const other = samples[of] ?? [];
  const ratios = samples.relay.map((value, round) => RATIO[comparison](value, other[round] ?? Number.NaN));
  const middle = median(ratios);
  const holds = (limit: number) => (isCeiling(comparison) ? middle <= limit : middle >= limit);
  return {
    of,
    ratio: short(middle),
    low: short(Math.min(...ratios)),
    high: short(Math.max(...ratios)),
    gate: limit(comparison, gate),
    held: holds(gate),
    goal: limit(comparison, goal),
    reached: holds(goal),
  };
}

const isCeiling = (comparison: Comparison) => comparison === 'share' || comparison === 'itself';
const limit = (comparison: Comparison, value: number) => `${isCeiling(comparison) ? '<=' : '>='} ${value}`;

const inWords = (which: 'gate' | 'goal') => (gate: Gate) =>
  limit(gate.comparison, gate[which]) + (gate.of === 'itself' ? '' : ` x ${gate.of}`);

/** The middle of the values, or the mean of the middle two. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((one, other) => one - other);
  const middle = sorted.length >> 1;
  const [low = Number.NaN, high = Number.NaN] = [sorted[middle - 1], sorted[middle]];
  return sorted.length % 2 === 1 ? high : (low + high) / 2;
}

/** Three significant digits, which is more than a run can prove. */
const short = (value: number): number => (Math.abs(value) >= 100 ? Math.round(value) : Number(value.toPrecision(3)));
