import { ROW_DAYS } from '../src/lib/relay/times.ts';
import type { BilledStage } from './billed-stage.ts';
import { PRICES } from './prices.ts';

/** What a change takes that succeeds at once. It was counted in a run of the local stack (test/deploy/observed-run.test.ts). */
export const PER_CHANGE = {
  ledgerWrites: 3,
  ledgerReads: 1,
  events: 1,
  /** The log line and the metric lines. */
  logKilobytes: 4,
  metrics: 4,
};
/** What a heartbeat takes, which logs nothing and writes no metric. It was counted in the same run. */
export const PER_BEAT = { ledgerReads: 1, events: 1 };
/** The line that the webhook logs about a request and its metric lines, counted in the same run, and the line of the access log. */
export const WEBHOOK = { seconds: 0.06, logKilobytes: 2 };
/** The lines that Lambda itself logs about an invocation. */
const LAMBDA_KILOBYTES = 1;
const RESULT_KILOBYTES = 2;
/** The rows of a change: its own with the result, and the one of its subject. */
const ROWS_KILOBYTES = 3.5;
/** Write units of a change: the claim and the subject lock take up to 1 KB each, and the result up to 3 KB. */
export const WRITE_UNITS = 5;
export const MILLION = 1e6;
const DAYS_A_MONTH = 30.4;
export const HOURS_A_MONTH = 730;

/** The duration of an invocation in seconds, and the number of changes in it. */
export interface Load {
  seconds: number;
  batch: number;
}
export type Costs = Record<string, number>;
export const sumOf = (costs: Costs) => Object.values(costs).reduce((sum, cost) => sum + cost, 0);
/** The size of a million times this many kilobytes. */
export const gigabytes = (kilobytes: number) => (MILLION * kilobytes) / 1e6;
const months = (days: number) => days / DAYS_A_MONTH;

/** Dollars per million changes. What is stored is counted for as long as it is stored. */
export function costOfMillion(stage: BilledStage, { seconds, batch }: Load): Costs {
  const invocations = MILLION / batch;
  const functionLogs = gigabytes(PER_CHANGE.logKilobytes + LAMBDA_KILOBYTES);
  const results = gigabytes(RESULT_KILOBYTES);
  const row = PRICES.dynamoGigabyteMonth + (stage.isRecoverable ? PRICES.recoveryGigabyteMonth : 0);
  const archived = PRICES.archiveGigabyte + PRICES.archiveGigabyteMonth * months(stage.archiveDays);
  return {
    'Lambda, time': invocations * seconds * (stage.memory / 1024) * PRICES.lambdaGbSecond,
    'Lambda, requests': invocations * PRICES.lambdaRequest,
    'SQS FIFO: send, receive, delete': (MILLION + 2 * invocations) * PRICES.sqsFifoRequest,
    'DynamoDB, writes': MILLION * WRITE_UNITS * PRICES.dynamoWrite,
    'DynamoDB, reads': MILLION * PER_CHANGE.ledgerReads * PRICES.dynamoRead,
    [`Rows of the ledger for ${ROW_DAYS} days${stage.isRecoverable ? ', with recovery' : ''}`]:
      gigabytes(ROWS_KILOBYTES) * row * months(ROW_DAYS),
    'EventBridge, results': MILLION * PER_CHANGE.events * PRICES.event,
    'CloudWatch Logs, written': (functionLogs + results) * PRICES.logGigabyte,
    'CloudWatch Logs, stored, at most':
      (functionLogs * months(stage.logDays) + results * months(stage.resultsLogDays)) * PRICES.logGigabyteMonth,
    ...(stage.archiveDays > 0 && { 'Archive of results': results * archived }),
  };
}

/** Dollars per million changes that come through the webhook, besides. */
export const costOfWebhook = ({ memory, logDays }: BilledStage) =>
  MILLION * (PRICES.httpRequest + PRICES.lambdaRequest + WEBHOOK.seconds * (memory / 1024) * PRICES.lambdaGbSecond) +
  gigabytes(WEBHOOK.logKilobytes + LAMBDA_KILOBYTES) * (PRICES.logGigabyte + PRICES.logGigabyteMonth * months(logDays));

/** Lambda has five requests open per queue, which SQS answers after 20 s when no message comes. */
const EMPTY_RECEIVES = 5 * (HOURS_A_MONTH * 180);

/** Dollars a month without a change, in the given year of the stage. */
export function costOfMonth(stage: BilledStage, year = 1): Costs {
  const { rotationDays, beats } = stage;
  const rotations = rotationDays ? Math.min(2, Math.floor(((year - 1) * 365.25) / rotationDays)) : 0;
  return {
    ...(rotationDays && { 'KMS, the key': PRICES.key }),
    ...(rotations > 0 && { 'KMS, its rotations': rotations * PRICES.key }),
    [`Secrets Manager, ${stage.secrets} secrets`]: stage.secrets * PRICES.secret,
    [`Alarms, which watch ${stage.alarmMetrics} metrics`]: stage.alarmMetrics * PRICES.alarmMetric,
    ...(stage.dashboards > 0 && { Dashboard: stage.dashboards * PRICES.dashboard }),
    [`SQS, empty receives by Lambda, ${stage.polledQueues === 1 ? 'one queue' : `${stage.polledQueues} queues`}`]:
      stage.polledQueues * EMPTY_RECEIVES * PRICES.sqsFifoRequest,
    ...(beats > 0 && { 'Heartbeats and their metrics, at most': costOfBeats(stage) }),
  };
}

/** Services with an interface endpoint in docs/network.yml, each in two zones. */
const ENDPOINTS = 4;
const ZONES = 2;

/** Dollars a month for the network of docs/network.yml, without what flows through it. */
export const costOfNetwork = (hasEndpoints: boolean): Costs => ({
  'NAT gateway': HOURS_A_MONTH * PRICES.natHour,
  'its address': HOURS_A_MONTH * PRICES.addressHour,
  ...(hasEndpoints && {
    [`${ENDPOINTS} interface endpoints in ${ZONES} zones`]: HOURS_A_MONTH * ENDPOINTS * ZONES * PRICES.endpointHour,
  }),
});

/** SQS's own estimate: data keys are used for an hour, by a producer (twice) and a consumer ("Key management"). */
const QUEUE_KEY_REQUESTS = 3 * HOURS_A_MONTH;
/** DynamoDB asks for the table's key at most once in five minutes for each function that calls it ("Encryption at rest: How it works"). */
const TABLE_KEY_REQUESTS = 12 * HOURS_A_MONTH;
/** What the bus asks of the key for an event, at most: for the event itself, for its rule and for its target. */
export const BUS_KEY_REQUESTS = 3;
/** What queues and ledger ask of the key in a month in which they are used in every hour. */
export const keyRequests = ({ polledQueues }: BilledStage) => polledQueues * (QUEUE_KEY_REQUESTS + TABLE_KEY_REQUESTS);

/** The dearest month of heartbeats: each starts a process, which reads its two secrets, and the bus asks for its key three times. */
function costOfBeats(stage: BilledStage): number {
  const invocation = PRICES.lambdaRequest + 0.4 * (stage.memory / 1024) * PRICES.lambdaGbSecond;
  const calls =
    3 * PRICES.sqsFifoRequest +
    PER_BEAT.ledgerReads * PRICES.dynamoRead +
    PER_BEAT.events * PRICES.event +
    2 * PRICES.secretRequest;
  const logs =
    (gigabytes(LAMBDA_KILOBYTES + RESULT_KILOBYTES) / MILLION) * (PRICES.logGigabyte + PRICES.logGigabyteMonth * 3);
  const keys = stage.beats * BUS_KEY_REQUESTS + keyRequests(stage);
  return stage.beats * (invocation + calls + logs) + keys * PRICES.kmsRequest + stage.services.length * PRICES.metric;
}
