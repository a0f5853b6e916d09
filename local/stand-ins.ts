import { startTables, type Tables } from '../stand-ins/dynamodb/server.ts';
import { startEventBus } from '../stand-ins/eventbridge/bus.ts';
import { createRules, envelopeOf } from '../stand-ins/eventbridge/rules.ts';
import { startLogs } from '../stand-ins/logs/logs.ts';
import { createMetricFilters, type FilteredMetric } from '../stand-ins/logs/metric-filters.ts';
import { type Secrets, startSecrets } from '../stand-ins/secrets.ts';
import { type QueuesOptions, startQueues } from '../stand-ins/sqs/service.ts';
import { type AwsCall, startTap } from '../stand-ins/tap.ts';
import { scaledTimeout } from './functions.ts';
import type { Names } from './intrinsics.ts';
import type { PropertiesOf } from './resources.ts';
import { localNames, pick, type Template } from './template.ts';

/** Replacements of the usual tables, and listeners. */
export interface Substitutes {
  onSent?: QueuesOptions['onSent'];
  startTables?: ((region: string) => Promise<Tables>) | undefined;
  /** Called with every AWS call that the functions make. Without it, the functions call the services directly. */
  onCall?: ((call: AwsCall) => void) | undefined;
  /** Called with each data point that a metric filter of the template counts. */
  onMetric?: ((metric: FilteredMetric) => void) | undefined;
  /** The rates of schedules, and the time for which SQS drops a text that it has received, are divided by it; by default by 1. */
  scheduleScale?: number | undefined;
}

/** Starts all services that a function may call, with the template's queues, tables and buses. */
export async function startStandIns(
  template: Template,
  region: string,
  timeScale: number,
  secrets: Secrets,
  substitutes: Substitutes = {},
) {
  const unserved = localNames(template, region, 'http://127.0.0.1');
  const buses = [...pick(template, 'AWS::Events::EventBus', unserved).values()].map(({ Name }) => Name);
  const rules = [...pick(template, 'AWS::Events::Rule', unserved).values()].filter((rule) => 'EventPattern' in rule);
  const groups = [...pick(template, 'AWS::Logs::LogGroup', unserved).values()].map(({ LogGroupName }) => LogGroupName);
  const metricsOf = createMetricFilters([...pick(template, 'AWS::Logs::MetricFilter', unserved).values()]);
  const [queues, tables, bus, vault, logs] = await Promise.all([
    startQueues(region, { onSent: substitutes.onSent, deduplicationScale: substitutes.scheduleScale }),
    (substitutes.startTables ?? startTables)(region),
    startEventBus(buses, rules, region),
    startSecrets(secrets, region),
    startLogs(groups, (group, line) => {
      for (const metric of metricsOf(group, line)) substitutes.onMetric?.(metric);
    }),
  ]);
  const groupsOf = createRules(rules);
  bus.subscribe((event) => {
    for (const group of groupsOf(event)) logs.append(group, envelopeOf(event, region));
  });
  const { onCall } = substitutes;
  const taps: { close(): Promise<void> }[] = [];
  const observed = async (url: string) => {
    if (!onCall) return url;
    const tap = await startTap(url, region, onCall);
    taps.push(tap);
    return tap.url;
  };
  // Functions call a queue at the address in its URL.
  const sqsUrl = await observed(queues.url);
  const names = localNames(template, region, sqsUrl);
  await Promise.all([
    ...[...pick(template, 'AWS::SQS::Queue', names).values()].map((queue) =>
      queues.create(withScaledVisibility(queue, longestTimeout(template, names), timeScale)),
    ),
    ...[...pick(template, 'AWS::DynamoDB::Table', names).values()].map((table) => tables.create(table)),
  ]);
  return {
    names,
    bus,
    logs,
    queues,
    variables: {
      AWS_ENDPOINT_URL_SQS: sqsUrl,
      AWS_ENDPOINT_URL_DYNAMODB: await observed(tables.url),
      AWS_ENDPOINT_URL_EVENTBRIDGE: await observed(bus.url),
      AWS_ENDPOINT_URL_SECRETS_MANAGER: await observed(vault.url),
      AWS_ENDPOINT_URL_SSM: await observed(vault.url),
      AWS_ENDPOINT_URL_CLOUDWATCH_LOGS: logs.url,
    },
    close: async () => {
      await Promise.all([...taps, queues, tables, bus, vault, logs].map((one) => one.close()));
    },
  };
}

function longestTimeout(template: Template, names: Names): number {
  return Math.max(0, ...[...pick(template, 'AWS::Lambda::Function', names).values()].map(({ Timeout }) => Timeout));
}

type Queue = PropertiesOf<'AWS::SQS::Queue'>;

/** Scales a queue's visibility time-out. If it was longer than the time-out of every function, it stays longer at any scale. */
export function withScaledVisibility(queue: Queue, longestTimeoutSeconds: number, timeScale: number): Queue {
  const { VisibilityTimeout: seconds } = queue;
  if (typeof seconds !== 'number') return queue;
  const minSeconds = Math.ceil(scaledTimeout(longestTimeoutSeconds, timeScale) / 1000) + 1;
  return { ...queue, VisibilityTimeout: Math.min(seconds, Math.max(Math.ceil(seconds / timeScale), minSeconds)) };
}
