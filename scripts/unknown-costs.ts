import { METRICS } from '../src/lib/observability/metrics.ts';
import { DCS_OPERATIONS } from '../src/lib/operations/dcs.ts';
import { SMS_OPERATIONS } from '../src/lib/operations/sms.ts';
import { ERROR_CLASSES } from '../src/lib/relay/provider.ts';
import { OUTCOMES } from '../src/lib/relay/result-schema.ts';
import { WAITS } from '../src/operator/story/wording.ts';
import type { BilledStage } from './billed-stage.ts';
import { BUS_KEY_REQUESTS, gigabytes, HOURS_A_MONTH, keyRequests, MILLION, PER_CHANGE } from './cost-lines.ts';
import { PRICES } from './prices.ts';

/** How many metrics a stage could write if everything happened. */
export function metricsAtMost({ services }: BilledStage): number {
  const operations = [...DCS_OPERATIONS, ...SMS_OPERATIONS].filter(({ service }) => services.includes(service));
  const values: Record<string, number> = {
    // Changes that name no known operation count as `none`.
    operation: operations.length + 1,
    outcome: OUTCOMES.length,
    class: ERROR_CLASSES.length,
    reason: Object.keys(WAITS).length,
    service: services.length,
    status: WEBHOOK_STATUSES,
  };
  const sizes = Object.values(METRICS).map(({ by }) => by.reduce((product, name) => product * (values[name] ?? 0), 1));
  return sizes.reduce((sum, size) => sum + size, 0);
}
/** 202, 400, 401, 413, 415 and 503. */
const WEBHOOK_STATUSES = 6;

/** What can't be known before the first bill: dollars from and to, why, and where to look. */
export interface UnknownCost {
  what: string;
  from: number;
  to: number;
  why: string;
  bill: string;
}

/** The costs that the other tables do not have. */
export function unknownCosts(stage: BilledStage): UnknownCost[] {
  const metrics = metricsAtMost(stage);
  const reads = stage.secretReaders.reduce((sum, { processes, secrets }) => sum + processes * secrets, 0);
  return [
    {
      what: 'Custom metrics, a month',
      from: 0,
      to: metrics * PRICES.metric,
      why: `a metric counts in the hours in which it is written; an operation whose changes succeed writes ${PER_CHANGE.metrics} (${(PER_CHANGE.metrics * PRICES.metric).toFixed(2)} if in every hour), and everything that can happen ${metrics}`,
      bill: 'usage type `CW:MetricMonitorUsage`',
    },
    {
      what: 'KMS, requests of the bus, per million results',
      from: 0,
      to: BUS_KEY_REQUESTS * MILLION * PRICES.kmsRequest,
      why: 'no page says whether EventBridge asks for a key per event and rule, or keeps data keys',
      bill: 'usage type `KMS-Requests`; the requests of the key in CloudWatch (`AWS/KMS`); the count of step 10 of the [first day](first-day.md)',
    },
    {
      what: 'KMS, requests of queues and ledger, a month',
      from: 0,
      to: keyRequests(stage) * PRICES.kmsRequest,
      why: 'they keep data keys, so that only busy hours count; each further sender adds its own',
      bill: 'the same',
    },
    {
      what: 'Secrets Manager, requests, a month',
      from: 0,
      to: reads * 12 * HOURS_A_MONTH * PRICES.secretRequest,
      why: 'each process reads its secrets every five minutes while it works; at most as many work as are reserved',
      bill: 'usage type `AWSSecretsManagerAPIRequest`',
    },
    {
      what: 'DynamoDB, locks of other processes, per million changes',
      from: 0,
      to: 3 * MILLION * PRICES.dynamoWrite,
      why: 'a change needs up to six writes if another process had the change before it of the same task',
      bill: 'usage type `WriteRequestUnits`',
    },
    {
      what: 'Data transfer to the provider, per million changes',
      from: 0,
      to: gigabytes(5) * PRICES.gigabyteOut,
      why: `a request and its handshake take up to 5 KB; the first 100 GB a month of an account are free. ${stage.isInNetwork ? 'NAT gateways and endpoints of the VPC are paid besides ([network.md](network.md))' : 'The functions are in no VPC, so there is no NAT gateway'}`,
      bill: 'usage type `DataTransfer-Out-Bytes`',
    },
    ...(stage.isTraced ? [TRACES] : []),
    ...(stage.budgets > 0 ? [BUDGETS] : []),
  ];
}

const TRACES: UnknownCost = {
  what: 'X-Ray, per million changes',
  from: 0.05 * MILLION * PRICES.trace,
  to: MILLION * PRICES.trace,
  why: 'Lambda records one invocation a second and 5 % of the others, so that an even load is recorded completely',
  bill: 'usage type `XRay-TracesStored`',
};

const BUDGETS: UnknownCost = {
  what: 'The budget, a month',
  from: 0,
  to: 0.62,
  why: 'the first two of an account are free; pages differ about further ones: nothing, as they do nothing but tell, or 0.02 a day',
  bill: 'the service `AWS Budgets`',
};
