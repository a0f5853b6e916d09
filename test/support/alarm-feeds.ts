import { vi } from 'vitest';
import { createCloudWatchMetrics } from '../../src/lib/observability/cloudwatch-metrics.ts';
import {
  meteredLedger,
  meteredProvider,
  meteredPublish,
  meteredRecordLog,
} from '../../src/lib/observability/metered.ts';
import type { Metrics } from '../../src/lib/observability/metrics.ts';
import type { Service } from '../../src/lib/operations/operation.ts';
import { completionOf } from '../../src/lib/relay/completion.ts';
import type { Ledger } from '../../src/lib/relay/ledger.ts';
import type { RecordLog } from '../../src/lib/relay/message-group.ts';
import type { ErrorClass } from '../../src/lib/relay/provider.ts';
import { toResult } from '../../src/lib/relay/result.ts';
import { RetryLater } from '../../src/lib/relay/retry-later.ts';
import { failedDelivery, invocation, throttle, throttledRequest } from '../../stand-ins/cloudwatch/aws-metrics.ts';
import { samplesIn } from '../../stand-ins/cloudwatch/embedded-metrics.ts';
import type { Sample } from '../../stand-ins/cloudwatch/metric-store.ts';
import { captureLines } from './captured-lines.ts';
import { sqsRecord } from './sqs-record.ts';

/** Where something happens: the stage, and the service of the alarm's name. */
interface Place {
  stage: string;
  service: Service;
}

/** The samples that the relay writes when something happens. Their time is to be replaced. */
async function written(stage: string, happen: (metrics: Metrics) => unknown): Promise<Sample[]> {
  const { texts } = captureLines();
  try {
    await happen(createCloudWatchMetrics(stage, {}));
  } finally {
    vi.restoreAllMocks();
  }
  return texts.flatMap(samplesIn);
}

const SILENT: RecordLog = { completed() {}, retried() {}, ignored() {}, broken() {} };
const RECORD = sqsRecord('m', 'g', '{}');
const SENT = Number(RECORD.attributes.SentTimestamp);
const logOf = (metrics: Metrics, service: Service, age = 0) =>
  meteredRecordLog(SILENT, metrics, { service, now: () => SENT + age });
const failure = (what: ErrorClass, { stage, service }: Place) =>
  written(stage, (metrics) => {
    const error = { class: what, code: 'c', remedy: 'later', message: '', advice: '' } as const;
    const provider = { send: async () => ({ ok: false, executed: 'no', status: 500, error }) as const };
    return meteredProvider(provider, metrics).send({ service, method: 'GET', path: '/', deadline: 1 });
  });
const refused = () => Promise.reject(new Error('refused'));
const functionOf = ({ stage, service }: Place) => `migration-relay-${stage}-${service}Changes`;
const webhookOf = ({ stage }: Place) => `migration-relay-${stage}-webhook`;
/** An error among invocations that succeed. */
const errorOf = (name: string) => [true, false, false].map((isError) => invocation(name, 0, isError));
const tableOf = ({ stage }: Place) => `migration-relay-${stage}-ledger`;

/** One of what an alarm counts, as the relay or AWS writes it, by the alarm's name without its service. */
export const FEEDS: Record<string, (place: Place) => Sample[] | Promise<Sample[]>> = {
  UnknownOutcomes: ({ stage, service }) =>
    written(stage, (metrics) => {
      const result = toResult('/relay', { id: 'i' }, { keyId: 'k', mac: 'm' }, completionOf('outcome_unknown'), 0);
      logOf(metrics, service).completed(RECORD, result, 5);
    }),
  CredentialRefusals: (place) => failure('unauthenticated', place),
  ProviderThrottles: (place) => failure('throttled', place),
  ProviderOutage: (place) => failure('service_error', place),
  LedgerErrors: ({ stage }) =>
    written(stage, (metrics) =>
      meteredLedger({ claim: refused } as unknown as Ledger, metrics)
        .claim({} as never)
        .catch(() => undefined),
    ),
  PublishFailures: ({ stage }) =>
    written(stage, (metrics) =>
      meteredPublish(refused, metrics)({ source: 's', detailType: 't', detail: '{}' }).catch(() => undefined),
    ),
  BrokenRecords: ({ stage, service }) =>
    written(stage, (metrics) => logOf(metrics, service).broken(RECORD, new Error('broken'))),
  RelayEvents: ({ stage, service }) => written(stage, (metrics) => logOf(metrics, service).ignored(RECORD)),
  SecretFaults: ({ stage }) => written(stage, (metrics) => metrics({ SecretFaults: 1 }, {})),
  WebhookRefusals: ({ stage }) =>
    written(stage, (metrics) => metrics({ WebhookAnswers: 1, WebhookRefusals: 1 }, { status: '401' })),
  WebhookFailures: ({ stage }) =>
    written(stage, (metrics) => metrics({ WebhookAnswers: 1, WebhookFailures: 1 }, { status: '503' })),
  FunctionErrors: (place) => errorOf(functionOf(place)),
  FunctionThrottles: (place) => [throttle(functionOf(place), 0)],
  WebhookFunctionErrors: (place) => errorOf(webhookOf(place)),
  WebhookFunctionThrottles: (place) => [throttle(webhookOf(place), 0)],
  LedgerThrottles: (place) => [throttledRequest(tableOf(place), 'Write', 0)],
  ResultsLogFailures: ({ stage }) => [
    failedDelivery(`migration-relay-${stage}-results`, `migration-relay-${stage}-results-to-log`, 0),
  ],
};

/** What the relay writes of a delivery that did not end a change, which was sent so many milliseconds before. */
export const retried = ({ stage, service }: Place, age: number): Promise<Sample[]> =>
  written(stage, (metrics) =>
    logOf(metrics, service, age).retried(RECORD, new RetryLater({ reason: 'provider_busy', delay: 0 })),
  );

/** A throttled read, the other half of what an alarm adds. */
export const throttledRead = (place: Place): Sample[] => [throttledRequest(tableOf(place), 'Read', 0)];

/** What the metric filter counts of a heartbeat that came back. */
export const heartbeat = ({ stage, service }: Place): Sample => ({
  ...{ namespace: 'MigrationRelay', name: 'Heartbeats', time: 0, value: 1 },
  dimensions: { source: `migration-relay.${stage}.heartbeat`, service },
});
