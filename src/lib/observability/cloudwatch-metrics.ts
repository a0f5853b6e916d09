import { METRICS, type MetricName, type Metrics, silent } from './metrics.ts';

/** The namespace of the relay's own metrics. The stage is the first dimension of each. */
const NAMESPACE = 'MigrationRelay';

/**
 * Writes one line in CloudWatch's embedded metric format (User Guide, "Specification: Embedded metric format") per event.
 * It writes to stdout directly, because Lambda may wrap what the console prints. Powertools' variable that turns metrics
 * off turns these off too.
 */
export function createCloudWatchMetrics(stage: string, environment: NodeJS.ProcessEnv): Metrics {
  if (environment.POWERTOOLS_METRICS_DISABLED === 'true') return silent;
  return (values: Partial<Record<MetricName, number>>, dimensions: Record<string, string>) => {
    // A message without a time has no age. A metric must never make a record fail.
    const finite = Object.entries(values).filter(([, value]) => Number.isFinite(value));
    if (finite.length === 0) return;
    const { directives, by } = shapeOf(finite.map(([name]) => name as MetricName));
    const split = by.map((dimension) => [dimension, dimensions[dimension] || 'none']);
    const _aws = { Timestamp: Date.now(), CloudWatchMetrics: directives };
    const line = { _aws, stage, ...Object.fromEntries([...split, ...finite]) };
    process.stdout.write(`${JSON.stringify(line)}\n`);
  };
}

/** How the metrics of one event are written: a directive per set of dimensions, and all dimensions together. */
interface Shape {
  directives: object[];
  by: string[];
}

/** Shapes by the names that are counted. There are only a few. */
const shapes = new Map<string, Shape>();
function shapeOf(names: MetricName[]): Shape {
  const found = shapes.get(names.join()) ?? newShape(names);
  shapes.set(names.join(), found);
  return found;
}

function newShape(names: MetricName[]): Shape {
  const alike = [...Map.groupBy(names, (name) => METRICS[name].by.join()).values()];
  return {
    directives: alike.map((group) => ({
      Namespace: NAMESPACE,
      Dimensions: [['stage', ...byOf(group)]],
      Metrics: group.map((Name) => ({ Name, Unit: METRICS[Name].unit })),
    })),
    by: [...new Set(alike.flatMap(byOf))],
  };
}

const byOf = ([first]: MetricName[]): readonly string[] => (first ? METRICS[first].by : []);
