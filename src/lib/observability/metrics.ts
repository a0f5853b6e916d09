/** What is counted or measured, in which unit, and by what it is split; each value of a split is a metric of its own. */
export const METRICS = {
  /** Results published, repeats after a redelivery included. */
  Changes: { unit: 'Count', by: ['operation', 'outcome'] },
  UnknownOutcomes: { unit: 'Count', by: [] },
  /** Requests and readings that a change took. */
  Attempts: { unit: 'Count', by: ['operation'] },
  /** From sending to the queue to the result. */
  AgeAtResult: { unit: 'Milliseconds', by: ['operation'] },
  /** Results with an error, by its class. */
  ErrorResults: { unit: 'Count', by: ['class'] },
  Retries: { unit: 'Count', by: ['reason'] },
  /** Events of a relay that came as changes: a rule leads them back. */
  RelayEvents: { unit: 'Count', by: [] },
  BrokenRecords: { unit: 'Count', by: [] },
  ProviderLatency: { unit: 'Milliseconds', by: ['service'] },
  /** Requests and readings that failed, by the error's class. */
  ProviderErrors: { unit: 'Count', by: ['service', 'class'] },
  CredentialRefusals: { unit: 'Count', by: [] },
  ProviderThrottles: { unit: 'Count', by: [] },
  TakeOvers: { unit: 'Count', by: [] },
  LedgerErrors: { unit: 'Count', by: [] },
  PublishFailures: { unit: 'Count', by: [] },
  SecretFaults: { unit: 'Count', by: [] },
  WebhookAnswers: { unit: 'Count', by: ['status'] },
  /** Answers that say that the request is at fault, and those that say that the webhook can't serve. */
  WebhookRefusals: { unit: 'Count', by: [] },
  WebhookFailures: { unit: 'Count', by: [] },
} as const satisfies Record<string, { unit: 'Count' | 'Milliseconds'; by: readonly string[] }>;
export type MetricName = keyof typeof METRICS;

type DimensionsOf<Name extends MetricName> = Record<(typeof METRICS)[Name]['by'][number], string>;

/** Tells of one happening: all that it counts, and what any of it is split by. It holds no state, since records run side by side. */
export type Metrics = <Name extends MetricName>(
  values: { [Each in Name]?: number },
  dimensions: DimensionsOf<Name>,
) => void;

/** Counts nothing: for where nobody looks. */
export const silent: Metrics = () => {};
