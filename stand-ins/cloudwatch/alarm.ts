import * as z from 'zod';
import { calculate } from './math.ts';
import { type Metric, type MetricStore, metricKey, type Series } from './metric-store.ts';

export type AlarmState = 'OK' | 'ALARM' | 'INSUFFICIENT_DATA';

const Dimensions = z
  .array(z.strictObject({ Name: z.string(), Value: z.string() }))
  .default([])
  .transform((list) => Object.fromEntries(list.map(({ Name, Value }) => [Name, Value])));
const SingleMetric = { Namespace: z.string(), MetricName: z.string(), Dimensions };
const Query = z.strictObject({
  Id: z.string().regex(/^[a-z]\w*$/),
  Expression: z.string().optional(),
  Label: z.string().optional(),
  ReturnData: z.boolean().default(true),
  MetricStat: z.strictObject({ Metric: z.strictObject(SingleMetric), Stat: z.string(), Period: z.number() }).optional(),
});
/** The properties of AWS::CloudWatch::Alarm that the stand-in understands. Any other is refused, because it might matter. */
const Alarm = z.strictObject({
  AlarmName: z.string(),
  AlarmDescription: z.string().optional(),
  ...z.object(SingleMetric).partial().shape,
  Statistic: z.string().optional(),
  Period: z.number().optional(),
  Metrics: z.array(Query).optional(),
  EvaluationPeriods: z.number(),
  DatapointsToAlarm: z.number().optional(),
  Threshold: z.number(),
  ComparisonOperator: z.enum([
    'GreaterThanOrEqualToThreshold',
    'GreaterThanThreshold',
    'LessThanThreshold',
    'LessThanOrEqualToThreshold',
  ]),
  TreatMissingData: z.enum(['missing', 'ignore', 'breaching', 'notBreaching']).default('missing'),
  AlarmActions: z.array(z.string()).default([]),
  OKActions: z.array(z.string()).default([]),
  InsufficientDataActions: z.array(z.string()).default([]),
});
type Alarm = z.output<typeof Alarm>;
type Query = z.output<typeof Query>;

/** What the documentation leaves open. An alarm must be right whatever of it is so. */
export interface Reading {
  /**
   * How many periods before its evaluation periods an alarm also reads. "The exact number depends on the length of the alarm
   * period"; in the tables of the User Guide it is two.
   */
  extraPeriods: number;
  /** See the inputs of an expression. */
  fillsEmpty: boolean;
}
export const USUAL_READING: Reading = { extraPeriods: 2, fillsEmpty: true };

/** A change of an alarm's state, at a time in milliseconds since 1970, and the actions that it invoked. */
export interface Transition {
  time: number;
  from: AlarmState;
  to: AlarmState;
  actions: string[];
}

const isBreaching: Record<Alarm['ComparisonOperator'], (value: number, threshold: number) => boolean> = {
  GreaterThanOrEqualToThreshold: (value, threshold) => value >= threshold,
  GreaterThanThreshold: (value, threshold) => value > threshold,
  LessThanThreshold: (value, threshold) => value < threshold,
  LessThanOrEqualToThreshold: (value, threshold) => value <= threshold,
};

/**
 * An alarm as in a compiled template, over the metrics of a store. It follows the CloudWatch User Guide, "Alarm evaluation"
 * and "Configuring how CloudWatch alarms treat missing data":
 *
 * - It begins with INSUFFICIENT_DATA, and is evaluated every minute. Its window slides: at the end of minute 6, a period of five
 *   minutes has the data of minutes 2 to 6.
 * - Actions are invoked only when the state changes.
 * - An alarm on a metric of AWS/DynamoDB ignores missing data, whatever it is told.
 */
export function createAlarm(properties: unknown, store: MetricStore, reading: Reading = USUAL_READING) {
  const alarm = Alarm.parse(properties);
  const { EvaluationPeriods: needed, DatapointsToAlarm: enough = needed } = alarm;
  const breaks = (value: number) => isBreaching[alarm.ComparisonOperator](value, alarm.Threshold);
  const missing = usesDynamoDb(alarm) ? 'ignore' : alarm.TreatMissingData;
  const actions = { ALARM: alarm.AlarmActions, OK: alarm.OKActions, INSUFFICIENT_DATA: alarm.InsufficientDataActions };
  const read = createReader(alarm, store, reading);
  const transitions: Transition[] = [];
  let state: AlarmState = 'INSUFFICIENT_DATA';

  return {
    name: alarm.AlarmName,
    transitions,
    state: () => state,
    /** Evaluates the alarm at the end of a minute. */
    evaluate(time: number): void {
      const points = read(time).map((point) => (point === undefined ? point : breaks(point)));
      const to = stateOf(points, { needed, enough, missing }) ?? state;
      if (to !== state) transitions.push({ time, from: state, to, actions: actions[to] });
      state = to;
    },
  };
}
export type AlarmUnderTest = ReturnType<typeof createAlarm>;

/** The metrics and expressions of an alarm. One that watches a single metric has only that. */
function queriesOf({ Metrics, Namespace, MetricName, Dimensions = {}, Statistic: Stat, Period }: Alarm): Query[] {
  if (Metrics) return Metrics;
  const named = Object.entries(Dimensions).map(([Name, Value]) => ({ Name, Value }));
  return [
    Query.parse({ Id: 'only', MetricStat: { Metric: { Namespace, MetricName, Dimensions: named }, Stat, Period } }),
  ];
}

const usesDynamoDb = (alarm: Alarm) =>
  queriesOf(alarm).some(({ MetricStat }) => MetricStat?.Metric.Namespace === 'AWS/DynamoDB');

/** Reads the points of an alarm at a time: those of the one query that returns data. */
function createReader(alarm: Alarm, store: MetricStore, { extraPeriods, fillsEmpty }: Reading) {
  const queries = queriesOf(alarm);
  const [seconds = 0, ...others] = new Set(queries.flatMap(({ MetricStat }) => MetricStat?.Period ?? []));
  const returned = queries.filter(({ ReturnData }) => ReturnData);
  if (returned.length !== 1 || seconds === 0 || others.length > 0)
    throw new Error(`${alarm.AlarmName} needs one result, and one period for all of its metrics`);
  const count = alarm.EvaluationPeriods + extraPeriods;
  const keys = new Map(queries.map(({ Id, MetricStat }) => [Id, MetricStat && metricKey(toMetric(MetricStat.Metric))]));
  return (end: number): Series => {
    const series = (id: string): Series => {
      const query = queries.find(({ Id }) => Id === id);
      if (query?.Expression) return calculate(query.Expression, { series, count, fillsEmpty });
      if (!query?.MetricStat) throw new Error(`${alarm.AlarmName} has no ${id}`);
      return store.read(keys.get(id) ?? '', query.MetricStat.Stat, { count, seconds, end });
    };
    return series(returned[0]?.Id ?? '');
  };
}

const toMetric = (metric: { Namespace: string; MetricName: string; Dimensions: Record<string, string> }): Metric => ({
  namespace: metric.Namespace,
  name: metric.MetricName,
  dimensions: metric.Dimensions,
});

interface Rule {
  needed: number;
  enough: number;
  missing: Alarm['TreatMissingData'];
}

/**
 * The state for points, oldest first, of which true is breaching and undefined is missing. Undefined means that the state stays.
 * If enough points are there, missing ones do not matter. Otherwise as few as possible are filled in.
 */
export function stateOf(points: (boolean | undefined)[], { needed, enough, missing }: Rule): AlarmState | undefined {
  const found = points.filter((point) => point !== undefined).slice(-needed);
  const filled = missing === 'breaching' ? needed - found.length : 0;
  if (found.filter(Boolean).length + filled >= enough) return 'ALARM';
  const isDecided = found.length === needed || found.includes(false) || ['breaching', 'notBreaching'].includes(missing);
  if (isDecided) return 'OK';
  if (missing === 'ignore') return undefined;
  return isOldEnough(points, enough) ? 'ALARM' : 'INSUFFICIENT_DATA';
}

/**
 * "Avoiding premature transitions to alarm state": with missing points, a single breaching one rings as soon as it is as old as
 * the number of points that an alarm needs. Here no point is within the threshold.
 */
const isOldEnough = (points: (boolean | undefined)[], enough: number) => {
  const oldest = points.indexOf(true);
  return oldest >= 0 && points.length - oldest >= enough;
};
