import { METRICS, type Meter, silent } from './meter.ts';

/** The namespace of the relay's own metrics; each has the stage as its first dimension. */
export const NAMESPACE = 'MigrationRelay';

/**
 * Writes one line in CloudWatch's embedded metric format (User Guide, "Specification: Embedded metric format") per
 * happening, to stdout as it is: through the console, Lambda may put it into a line of its own format. Powertools'
 * variable that silences metrics silences these.
 */
export function createCloudWatchMeter(stage: string, environment: NodeJS.ProcessEnv): Meter {
  if (environment.POWERTOOLS_METRICS_DISABLED === 'true') return silent;
  return (name, value, dimensions: Record<string, string>) => {
    // A message without its time has no age; no metric may ever fail a record.
    if (!Number.isFinite(value)) return;
    const { unit, by } = METRICS[name];
    const split = Object.fromEntries(by.map((dimension) => [dimension, dimensions[dimension] || 'none']));
    const directive = {
      Namespace: NAMESPACE,
      Dimensions: [['stage', ...by]],
      Metrics: [{ Name: name, Unit: unit }],
    };
    const line = { _aws: { Timestamp: Date.now(), CloudWatchMetrics: [directive] }, stage, ...split, [name]: value };
    process.stdout.write(`${JSON.stringify(line)}\n`);
  };
}
