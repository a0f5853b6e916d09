/** How a figure of the relay is compared. */
export type Comparison =
  /** relay / other, at most the gate. */
  | 'share'
  /** other / relay, at least the gate. */
  | 'less'
  /** relay / other, at least the gate. */
  | 'more'
  /** The figure itself, at most the gate. */
  | 'itself';

/** The limit that a row must keep, and the one that it should reach. */
export interface Gate {
  comparison: Comparison;
  /** The other side of the comparison: a peer, the waits, or the row itself. */
  of: string;
  gate: number;
  goal: number;
}

/** One row of the benchmark. */
export interface Row {
  row: number;
  name: string;
  unit: string;
  /** What the figure means for somebody who runs the relay. */
  means: string;
  /** Empty if the figure is only reported. */
  gates: Gate[];
}

const share = (of: string, gate: number, goal: number): Gate => ({ comparison: 'share', of, gate, goal });
const less = (of: string, gate: number, goal: number): Gate => ({ comparison: 'less', of, gate, goal });
const more = (of: string, gate: number, goal: number): Gate => ({ comparison: 'more', of, gate, goal });
const itself = (gate: number, goal: number): Gate => ({ comparison: 'itself', of: 'itself', gate, goal });

/** The rows, in the order of the table. */
export const ROWS: readonly Row[] = [
  {
    row: 1,
    name: 'process start to first batch of 10 done, no waits',
    unit: 'ms',
    means: 'How long the first changes wait when a new sandbox starts for them.',
    gates: [share('usual', 1 / 2, 1 / 4)],
  },
  {
    row: 2,
    name: 'init added over bare Node',
    unit: 'ms',
    means: 'What loading the function costs before it can process a change.',
    gates: [share('usual', 1 / 2, 1 / 4)],
  },
  {
    row: 3,
    name: 'warm batch of 10 tasks, compared with the waits that correctness needs',
    unit: 'ms',
    means: 'How near a batch comes to the sum of its waits: claim, lock, call, store and publish.',
    gates: [share('waits', 1.15, 1.05)],
  },
  {
    row: 4,
    name: 'warm batch of 10 tasks, compared with one record after the other',
    unit: 'ms',
    means: 'What is gained by processing tasks side by side, because Lambda is paid by the millisecond.',
    gates: [less('vendor', 9, 11)],
  },
  {
    row: 5,
    name: 'processor time per change, whole job, warm',
    unit: 'us',
    means: 'How much processor time a change takes, without its waits.',
    gates: [less('usual', 2.5, 4), less('vendor', 3, 6)],
  },
  {
    row: 6,
    name: 'changes per second of one worker, no waits',
    unit: '1/s',
    means: 'How many changes one sandbox could process if nothing else took time.',
    gates: [more('usual', 2.5, 4), more('vendor', 3, 6)],
  },
  {
    row: 7,
    name: 'AWS requests per batch of 10',
    unit: 'requests',
    means: 'How many requests to DynamoDB and EventBridge ten changes need. This is counted, not timed.',
    gates: [itself(41, 31)],
  },
  {
    row: 8,
    name: 'read and validate a 3.7 KB SMS change, compared with JSON.parse alone',
    unit: 'us',
    means: 'What exact numbers and strict validation cost, compared with accepting anything.',
    gates: [],
  },
  {
    row: 9,
    name: 'first batch of 10 with 29 % of a processor, usual waits',
    unit: 'ms',
    means: 'How long the first batch takes in a function with 512 MB, which gets this share of a processor.',
    gates: [less('usual', 2, 4)],
  },
  {
    row: 10,
    name: 'bundle of a queue handler, minified',
    unit: 'KB',
    means:
      'What Lambda fetches and Node compiles at every cold start: the larger of the two bundles, in thousands of bytes.',
    gates: [itself(900, 400)],
  },
  {
    row: 11,
    name: 'memory after 10,000 changes minus after 1,000',
    unit: 'MB',
    means: 'Whether the memory of a sandbox grows over hours.',
    gates: [itself(5, 1)],
  },
  {
    row: 12,
    name: 'batch of 10 changes of one task, compared with 10 x their waits',
    unit: 'ms',
    means: 'What keeping the order costs, because changes of one task must not overtake each other.',
    gates: [share('waits', 1.1, 1.05)],
  },
];

/** The rows that depend on the relay's code alone, compared with another state of it. */
export const AGAINST_BEFORE: readonly Row[] = ROWS.filter(({ row }) => [1, 2, 3, 5, 6, 9, 12].includes(row)).map(
  (row) => ({
    ...row,
    gates: [row.unit === '1/s' ? more('before', 0.95, 1) : share('before', 1.05, 1)],
  }),
);

/** The rows that can fail a run, because they are counts. All others are times, which are only reported. */
export const DECIDING = new Set([7, 10]);
