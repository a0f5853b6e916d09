import { endWithReader } from '../src/cli/terminal/streams.ts';
import { readOptions, readPositive } from './options.ts';
import { stageParameters } from './stage-parameters.ts';

/**
 * List prices in US dollars, for US East (N. Virginia), assumed for January 2026, without free tiers. They are from the public price
 * page of each service (aws.amazon.com/SERVICE/pricing). They are not looked up: enter your region's before you rely on them.
 */
const PRICES = {
  lambdaGbSecond: 0.0000133334,
  lambdaRequest: 0.2 / 1e6,
  sqsFifoRequest: 0.5 / 1e6,
  dynamoWrite: 0.625 / 1e6,
  dynamoRead: 0.125 / 1e6,
  event: 1 / 1e6,
  httpRequest: 1 / 1e6,
  logGigabyte: 0.5,
  archiveGigabyte: 0.1,
  key: 1,
  secret: 0.4,
  alarm: 0.1,
  dashboard: 3,
  metric: 0.3,
};

/** What a change takes that succeeds at once. It was counted in a run of the local stack (test/deploy/observed-run.test.ts). */
export const PER_CHANGE = {
  ledgerWrites: 3,
  events: 1,
  /** The log line and the metric lines. */
  logKilobytes: 4,
};
/** Lambda's own lines about an invocation, and the result in the log of results. */
const MORE_LOG_KILOBYTES = 3;
/** Write units of a change: the claim and the subject lock take up to 1 KB each, and the result up to 3 KB. */
export const WRITE_UNITS = 5;
/**
 * The fixed parts of a stage with both services. An alarm is paid for each metric that it watches, a metric in a month in
 * which it occurs.
 */
export const FIXED = { memory: 512, alarms: 34, metrics: 64, secrets: 3 };

/** Dollars per million changes, by service. `seconds` is the duration of an invocation, `batch` the number of changes in it. */
export function costOfMillion(memoryMegabytes: number, seconds: number, batch: number, archive: boolean) {
  const million = 1e6;
  const invocations = million / batch;
  return {
    'Lambda, time': invocations * seconds * (memoryMegabytes / 1024) * PRICES.lambdaGbSecond,
    'Lambda, requests': invocations * PRICES.lambdaRequest,
    'SQS FIFO: send, receive, delete': (million + 2 * invocations) * PRICES.sqsFifoRequest,
    'DynamoDB, writes': million * WRITE_UNITS * PRICES.dynamoWrite,
    'EventBridge, results': million * PER_CHANGE.events * PRICES.event,
    'CloudWatch Logs': ((million * (PER_CHANGE.logKilobytes + MORE_LOG_KILOBYTES)) / 1e6) * PRICES.logGigabyte,
    'Archive of results, 2 KB each': archive ? 2 * PRICES.archiveGigabyte : 0,
  };
}

/** Dollars a month, however many changes there are. */
const costOfMonth = () => ({
  'Key, secrets': PRICES.key + FIXED.secrets * PRICES.secret,
  'Alarms, dashboard': FIXED.alarms * PRICES.alarm + PRICES.dashboard,
  'Custom metrics, at most': FIXED.metrics * PRICES.metric,
});

const rows = (costs: Record<string, number>) =>
  [...Object.entries(costs), ['sum', Object.values(costs).reduce((sum, cost) => sum + cost, 0)] as const].map(
    ([what, dollars]) => `| ${what} | ${dollars.toFixed(2)} |`,
  );

/** The tables of the runbook, for a stage's parameters. */
export function costTables({ archiveDays }: { archiveDays: number }, seconds: number, batch: number): string {
  return [
    '| per million changes | USD |',
    '|---|---|',
    ...rows(costOfMillion(FIXED.memory, seconds, batch, archiveDays > 0)),
    '',
    '| per month | USD |',
    '|---|---|',
    ...rows(costOfMonth()),
  ].join('\n');
}

if (import.meta.main) {
  endWithReader();
  const { stage, seconds, batch } = readOptions('npx node scripts/cost.ts [--stage STAGE] [--seconds N] [--batch N]', {
    stage: { type: 'string', default: 'prod' },
    seconds: { type: 'string', default: '0.4' },
    batch: { type: 'string', default: '1' },
  });
  console.log(costTables(stageParameters(stage), readPositive('seconds', seconds), readPositive('batch', batch)));
}
