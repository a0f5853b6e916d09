/** The metrics with their units and the dimensions that split them. Each value of a dimension is a metric of its own. */
export const METRICS = {
  /** Results published, including repeats after a redelivery. */
  Changes: { unit: 'Count', by: ['operation', 'outcome'] },
  UnknownOutcomes: { unit: 'Count', by: [] },
  /** Requests and reads of a change. */
  Attempts: { unit: 'Count', by: ['operation'] },
  /** Time from the sending to the queue until the result. */
  AgeAtResult: { unit: 'Milliseconds', by: ['operation'] },
  /** Results with an error, by its class. */
  ErrorResults: { unit: 'Count', by: ['class'] },
  Retries: { unit: 'Count', by: ['reason'] },
  /** Time from the sending to the queue until a delivery that did not end the change. */
  AgeAtRetry: { unit: 'Milliseconds', by: ['service'] },
  /** Events of a relay that were received as changes, because a rule sends them back. */
  RelayEvents: { unit: 'Count', by: [] },
  BrokenRecords: { unit: 'Count', by: [] },
  ProviderLatency: { unit: 'Milliseconds', by: ['service'] },
  /** Requests and reads that failed, by the error's class. */
  ProviderErrors: { unit: 'Count', by: ['service', 'class'] },
  CredentialRefusals: { unit: 'Count', by: [] },
  ProviderThrottles: { unit: 'Count', by: [] },
  TakeOvers: { unit: 'Count', by: [] },
  LedgerErrors: { unit: 'Count', by: [] },
  PublishFailures: { unit: 'Count', by: [] },
  SecretFaults: { unit: 'Count', by: [] },
  WebhookAnswers: { unit: 'Count', by: ['status'] },
  /** Replies of the webhook that refuse a request, and replies that say that it can't serve one now. */
  WebhookRefusals: { unit: 'Count', by: [] },
  WebhookFailures: { unit: 'Count', by: [] },
} as const satisfies Record<string, { unit: 'Count' | 'Milliseconds'; by: readonly string[] }>;
export type MetricName = keyof typeof METRICS;

type DimensionsOf<Name extends MetricName> = Record<(typeof METRICS)[Name]['by'][number], string>;

/** Counts one event: its values, and the dimensions that split them. It has no state, because records run in parallel. */
export type Metrics = <Name extends MetricName>(
  values: { [Each in Name]?: number },
  dimensions: DimensionsOf<Name>,
) => void;

/** Counts nothing, for where metrics are not needed. */
export const silent: Metrics = () => {};
