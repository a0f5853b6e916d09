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

/** What must hold of a row, and what is hoped for. */
export interface Gate {
  comparison: Comparison;
  /** With whom: a peer, or what a row names besides. */
  of: string;
  gate: number;
  goal: number;
}

/** One row of the benchmark. */
export interface Row {
  row: number;
  name: string;
  unit: string;
  /** What it means for whoever runs the relay. */
  means: string;
  /** None where the figure is only told. */
  gates: Gate[];
}

const share = (of: string, gate: number, goal: number): Gate => ({ comparison: 'share', of, gate, goal });
const less = (of: string, gate: number, goal: number): Gate => ({ comparison: 'less', of, gate, goal });
const more = (of: string, gate: number, goal: number): Gate => ({ comparison: 'more', of, gate, goal });
const itself = (gate: number, goal: number): Gate => ({ comparison: 'itself', of: 'itself', gate, goal });

/** The rows, in the order in which they are told. */
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
    means: 'What loading the function costs before it can take anything.',
    gates: [share('usual', 1 / 2, 1 / 4)],
  },
  {
    row: 3,
    name: 'warm batch of 10 tasks, against the waits that correctness needs',
    unit: 'ms',
    means: 'How near a batch comes to the time that claim, guard, call, store and publish take by themselves.',
    gates: [share('waits', 1.15, 1.05)],
  },
  {
    row: 4,
    name: 'warm batch of 10 tasks, against record after record',
    unit: 'ms',
    means: 'What carrying tasks side by side is worth: Lambda is paid by the millisecond.',
    gates: [less('vendor', 9, 11)],
  },
  {
    row: 5,
    name: 'processor time per change, whole job, warm',
    unit: 'us',
    means: 'How much work a change is, whatever it waits for.',
    gates: [less('usual', 2.5, 4), less('vendor', 3, 6)],
  },
  {
    row: 6,
    name: 'changes per second of one worker, no waits',
    unit: '1/s',
    means: 'How many changes one sandbox could carry if nothing else took time.',
    gates: [more('usual', 2.5, 4), more('vendor', 3, 6)],
  },
  {
    row: 7,
    name: 'AWS requests per batch of 10',
    unit: 'requests',
    means: 'What DynamoDB and EventBridge are asked, and paid, for ten changes; counted, not timed.',
    gates: [itself(41, 31)],
  },
  {
    row: 8,
    name: 'read and judge a 3.7 KB SMS change, against JSON.parse alone',
    unit: 'us',
    means: 'What exact numbers and a strict contract cost over taking whatever comes.',
    gates: [],
  },
  {
    row: 9,
    name: 'first batch of 10 with 29 % of a processor, usual waits',
    unit: 'ms',
    means: 'The first batch as a 512 MB function feels it, whose share of a processor is that small.',
    gates: [less('usual', 2, 4)],
  },
  {
    row: 10,
    name: 'bundle of a queue handler, minified',
    unit: 'KB',
    means: 'What Lambda fetches and Node compiles at every cold start; the larger of the two, in thousands of bytes.',
    gates: [itself(900, 400)],
  },
  {
    row: 11,
    name: 'memory after 10,000 changes minus after 1,000',
    unit: 'MB',
    means: 'Whether a sandbox that lives for hours grows.',
    gates: [itself(5, 1)],
  },
  {
    row: 12,
    name: 'batch of 10 changes of one task, against 10 x their waits',
    unit: 'ms',
    means: 'What order costs: changes of one task must not overtake each other.',
    gates: [share('waits', 1.1, 1.05)],
  },
];

/** Rows that decide, since they are counted; all others are timed and only told. */
export const DECIDING = new Set([7, 10]);
