import { compilePattern } from './pattern.ts';

/** A metric filter as in CloudFormation. A dimension's value is the path of a member of the line. */
interface MetricFilter {
  LogGroupName: string;
  FilterPattern: string;
  MetricTransformations: {
    MetricNamespace: string;
    MetricName: string;
    MetricValue: string;
    Dimensions: { Key: string; Value: string }[];
  }[];
}

/** A data point that a line led to. */
export interface FilteredMetric {
  namespace: string;
  name: string;
  value: number;
  dimensions: Record<string, string>;
}

/** Applies metric filters. Returns for each line of a log group what CloudWatch Logs counts for it. */
export function createMetricFilters(filters: MetricFilter[]) {
  const compiled = filters.map((filter) => ({ ...filter, fits: compilePattern(filter.FilterPattern) }));
  return (group: string, line: string): FilteredMetric[] =>
    compiled
      .filter(({ LogGroupName, fits }) => LogGroupName === group && fits(line))
      .flatMap(({ MetricTransformations }) =>
        MetricTransformations.map(({ MetricNamespace, MetricName, MetricValue, Dimensions }) => ({
          namespace: MetricNamespace,
          name: MetricName,
          value: Number(MetricValue),
          dimensions: Object.fromEntries(Dimensions.map(({ Key, Value }) => [Key, valueAt(Value, line)])),
        })),
      );
}

/** The text at a path such as `$.detail.type`. */
function valueAt(path: string, line: string): string {
  const names = path.split('.').slice(1);
  return String(names.reduce<unknown>((inner, name) => (inner as Record<string, unknown>)[name], JSON.parse(line)));
}
