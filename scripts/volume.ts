import { endWithReader } from '../src/cli/terminal/streams.ts';
import { type BilledStage, packagedStage } from './billed-stage.ts';
import { costOfMillion, PER_CHANGE, sumOf, WRITE_UNITS } from './cost-lines.ts';
import { readOptions, readPositive } from './options.ts';

/** The load of a day. */
interface Day {
  changes: number;
  /** The duration of an invocation in seconds, and the number of changes in it. */
  seconds: number;
  batch: number;
}

/** The busiest second has this many times as many changes as an average second. */
const PEAK = 5;
const SECONDS_A_DAY = 86_400;

/** A default quota of an account in eu-central-1, per second if the name doesn't say otherwise. */
interface Quota {
  name: string;
  limit: number;
  /** How much of the quota this many changes per second use. */
  used(changesPerSecond: number, day: Day): number;
  /** What to do when the quota is reached. */
  remedy: string;
}

const QUOTAS: Quota[] = [
  {
    name: 'Provider: calls of one API by one user (the gateway’s general default; nothing is published for these calls)',
    limit: 200,
    used: (rate) => rate,
    remedy: 'ask the provider for more; spread over projects with users of their own; `maximumConcurrency` bounds it',
  },
  {
    name: 'Lambda: concurrent executions (of the account)',
    limit: 1000,
    used: (rate, { batch, seconds }) => (rate / batch) * seconds,
    remedy: 'ask for more; larger batches come by themselves when messages wait',
  },
  {
    name: 'SQS FIFO, high throughput: sends of single messages',
    limit: 19_000,
    used: (rate) => rate,
    remedy: 'send batches of ten',
  },
  {
    name: 'SQS FIFO: messages in flight, at a time',
    limit: 120_000,
    used: (rate, { seconds }) => rate * seconds,
    remedy: 'more queues, by source',
  },
  {
    name: 'DynamoDB on demand: write units of a table',
    limit: 40_000,
    used: (rate) => rate * WRITE_UNITS,
    remedy: 'ask for more; warm throughput before a known peak, as a new table begins at 4,000',
  },
  {
    name: 'DynamoDB: write units of one partition, so of one task',
    limit: 1000,
    used: () => WRITE_UNITS / 0.1,
    remedy: 'cannot be met: the changes of a task follow each other, ten a second at most',
  },
  {
    name: 'EventBridge: PutEvents',
    limit: 2400,
    used: (rate, { batch }) => (rate * PER_CHANGE.events) / batch,
    remedy: 'ask for more; a region with a higher default',
  },
];

const number = (value: number) => value.toLocaleString('en', { maximumSignificantDigits: 3 });
const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;

const WORK: [string, (day: Day, stage: BilledStage) => number][] = [
  ['changes per second, on average: changes / 86,400', ({ changes }) => changes / SECONDS_A_DAY],
  [`changes in the busiest second: ${PEAK} times that`, ({ changes }) => (PEAK * changes) / SECONDS_A_DAY],
  ['invocations a day: changes / batch', ({ changes, batch }) => changes / batch],
  ['Lambda seconds a day: invocations × seconds', ({ changes, batch, seconds }) => (changes / batch) * seconds],
  [`DynamoDB write units a day: changes × ${WRITE_UNITS}`, ({ changes }) => changes * WRITE_UNITS],
  [
    'SQS requests a day: a send per change, a receive and a delete per batch',
    ({ changes, batch }) => changes + (2 * changes) / batch,
  ],
  ['EventBridge events a day', ({ changes }) => changes * PER_CHANGE.events],
  ['USD a day, list prices', ({ changes, ...load }, stage) => (sumOf(costOfMillion(stage, load)) * changes) / 1e6],
];

/** The tables of the page on performance: what a day of one or a hundred million changes takes, and how much of each quota. */
export function volumeTables(stage: BilledStage, seconds: number, batch: number): string {
  const days = [1e6, 1e8].map((changes) => ({ changes, seconds, batch }));
  const peak = ({ changes }: Day) => (PEAK * changes) / SECONDS_A_DAY;
  const share = (quota: Quota) => (day: Day) => `${number((100 * quota.used(peak(day), day)) / quota.limit)} %`;
  const heads = days.map(({ changes }) => `${changes.toLocaleString('en')} a day`);
  return [
    line(['what', ...heads]),
    line(['---', ...days.map(() => '---:')]),
    ...WORK.map(([name, of]) => line([name, ...days.map((day) => number(of(day, stage)))])),
    '',
    line(['default quota', 'limit', ...heads, 'what to do then']),
    line(['---', '---:', ...days.map(() => '---:'), '---']),
    ...QUOTAS.map((quota) =>
      line([quota.name, quota.limit.toLocaleString('en'), ...days.map(share(quota)), quota.remedy]),
    ),
  ].join('\n');
}

if (import.meta.main) {
  endWithReader();
  const { seconds, batch } = readOptions('npx node scripts/volume.ts [--seconds N] [--batch N]', {
    seconds: { type: 'string', default: '0.4' },
    batch: { type: 'string', default: '1' },
  });
  const load = [readPositive('seconds', seconds), readPositive('batch', batch)] as const;
  console.log(volumeTables(await packagedStage('prod'), ...load));
}
