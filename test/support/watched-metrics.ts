import { resolve } from '../../local/intrinsics.ts';
import { metricKey } from '../../stand-ins/cloudwatch/metric-store.ts';
import type { CompiledTemplate } from './compiled.ts';

/** AWS's own metrics with their dimensions (CloudWatch pages of each service's manual). */
export const COUNTED_BY_AWS: Record<string, string> = {
  'AWS/SQS ApproximateNumberOfMessagesVisible': 'QueueName',
  'AWS/SQS ApproximateNumberOfMessagesNotVisible': 'QueueName',
  'AWS/SQS ApproximateAgeOfOldestMessage': 'QueueName',
  'AWS/Events FailedInvocations': 'EventBusName,RuleName',
  'AWS/Lambda Errors': 'FunctionName',
  'AWS/Lambda Throttles': 'FunctionName',
  'AWS/Lambda Duration': 'FunctionName',
  'AWS/DynamoDB ReadThrottleEvents': 'TableName',
  'AWS/DynamoDB WriteThrottleEvents': 'TableName',
  'AWS/ApiGateway 4xx': 'ApiId',
  'AWS/ApiGateway 5xx': 'ApiId',
};

interface Metric {
  Namespace: string;
  MetricName: string;
  Dimensions: { Name: string; Value: string }[];
}
interface Alarm extends Partial<Metric> {
  AlarmName: string;
  AlarmDescription: string;
  Metrics?: { Id: string; Expression?: string; MetricStat?: { Metric: Metric; Period: number } }[];
  ComparisonOperator: string;
  EvaluationPeriods: number;
  Threshold: number;
  TreatMissingData: string;
  Period?: number;
  AlarmActions: string[];
}

/** A reference of the template remains readable: `<LogicalId>`. The resource must exist. */
const namesIn = ({ template }: CompiledTemplate) => {
  const there = (id: string) => {
    if (!id.startsWith('AWS::') && !template.Resources[id]) throw new Error(`the template has no ${id}`);
    return `<${id}>`;
  };
  return { ref: there, attribute: (id: string) => there(id) };
};

/** The alarms of a stage, each with the metrics that it watches and the period of each. */
export function alarmsOf(view: CompiledTemplate) {
  return view.ofType('AWS::CloudWatch::Alarm').map(({ id, Properties }) => {
    const alarm = resolve(Properties, namesIn(view)) as Alarm;
    const stats = alarm.Metrics?.flatMap(({ MetricStat }) => MetricStat ?? []) ?? [
      { Metric: alarm as Metric, Period: Number(alarm.Period) },
    ];
    return {
      id,
      ...alarm,
      watched: stats.map(({ Metric }) => toKey(Metric)),
      periods: stats.map(({ Period }) => Period),
    };
  });
}

const toKey = ({ Namespace, MetricName, Dimensions }: Metric) => ({
  namespace: Namespace,
  name: MetricName,
  dimensions: Dimensions.map(({ Name }) => Name),
  key: metricKey({
    namespace: Namespace,
    name: MetricName,
    dimensions: Object.fromEntries(Dimensions.map(({ Name, Value }) => [Name, Value])),
  }),
});

interface Widget {
  type: string;
  properties: { title: string; alarms?: string[]; metrics?: (string | { expression?: string })[][] };
}

/** The dashboard's widgets; throws if its body is not JSON. */
export function widgetsOf(view: CompiledTemplate): Widget[] {
  const { DashboardBody } = resolve(view.properties('Dashboard'), namesIn(view)) as { DashboardBody: string };
  return (JSON.parse(DashboardBody) as { widgets: Widget[] }).widgets;
}

/** The metrics in the widgets: the relay's own as `NAME by dimensions`, others as `NAMESPACE NAME by dimension`. */
export function shownIn(widgets: Widget[]): string[] {
  return widgets.flatMap(({ properties }) => {
    let before: string[] = [];
    return (properties.metrics ?? []).map((row) => {
      const [first] = row;
      if (typeof first === 'object') return searched(first.expression ?? '');
      const full = row
        .filter((cell) => typeof cell === 'string')
        .map((cell, index) => (cell === '.' ? (before[index] ?? '') : cell));
      before = full;
      const [namespace, name, ...pairs] = full;
      return `${namespace} ${name} by ${pairs.filter((_pair, index) => index % 2 === 0)}`;
    });
  });
}

function searched(expression: string): string {
  const found = /^SEARCH\('\{([^,}]+),([^}]+)\} MetricName="(\w+)" stage="[\w-]+"', '(Sum|Average|p\d\d)'\)$/.exec(
    expression,
  );
  if (!found) throw new Error(`not understood: ${expression}`);
  return `${found[1]} ${found[3]} by ${found[2]}`;
}
