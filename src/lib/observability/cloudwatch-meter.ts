import { Metrics } from '@aws-lambda-powertools/metrics';
import { METRICS, type Meter } from './meter.ts';

/** The namespace of the relay's own metrics; each has the stage as its first dimension. */
export const NAMESPACE = 'MigrationRelay';

/** Writes one line in CloudWatch's embedded metric format per happening, from an object of its own. */
export function createCloudWatchMeter(stage: string): Meter {
  return (name, value, dimensions: Record<string, string>) => {
    // A message without its time has no age; no metric may ever fail a record.
    if (!Number.isFinite(value)) return;
    const { unit, by } = METRICS[name];
    const metrics = new Metrics({ namespace: NAMESPACE });
    metrics.clearDefaultDimensions();
    metrics.addDimension('stage', stage);
    for (const dimension of by) metrics.addDimension(dimension, dimensions[dimension] ?? 'none');
    metrics.addMetric(name, unit, value).publishStoredMetrics();
  };
}
