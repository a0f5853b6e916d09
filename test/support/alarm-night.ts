import { resolve } from '../../local/intrinsics.ts';
import { type AlarmState, createAlarm, type Reading, USUAL_READING } from '../../stand-ins/cloudwatch/alarm.ts';
import { createQueueMetrics, type QueuedMessage, type QueueReading } from '../../stand-ins/cloudwatch/aws-metrics.ts';
import { createMetricStore, type Sample } from '../../stand-ins/cloudwatch/metric-store.ts';
import type { CompiledTemplate } from './compiled.ts';
import { deployedNames } from './deployed-names.ts';

export const MINUTE = 60_000;
const START = Date.UTC(2026, 0, 1);

/** The alarms of a stage by name, without the stage's prefix, with the names that AWS knows. */
export const deployedAlarms = (view: CompiledTemplate): Map<string, object> =>
  new Map(
    view
      .ofType('AWS::CloudWatch::Alarm')
      .map(({ id, Properties }) => [
        id.replace(/Alarm$/, ''),
        { ...(resolve(Properties, deployedNames(view)) as object), AlarmActions: ['ring'], OKActions: ['end'] },
      ]),
  );

/** What the manuals leave open about alarms. An alarm must be right with each of these. */
export const READINGS: Reading[] = [
  { extraPeriods: 0, fillsEmpty: true },
  { extraPeriods: 2, fillsEmpty: true },
  { extraPeriods: 2, fillsEmpty: false },
  { extraPeriods: 4, fillsEmpty: false },
];

/** What they leave open about SQS's metrics. */
export const QUEUE_READINGS: QueueReading[] = [0, 15].flatMap((activation) =>
  [true, false].map((reportsNothing) => ({ activation, reportsNothing })),
);

/** Lets time pass over alarms, minute by minute. `delay` is how many minutes later than its time a sample arrives. */
export function createNight(alarms: Map<string, object>, reading: Reading = USUAL_READING, delay = 0) {
  const store = createMetricStore();
  const watched = [...alarms].map(([name, properties]) => ({ name, alarm: createAlarm(properties, store, reading) }));
  let underWay: Sample[] = [];
  let now = START;
  const arrive = () => {
    for (const sample of underWay) if (sample.time + delay * MINUTE <= now) store.put(sample);
    underWay = underWay.filter(({ time }) => time + delay * MINUTE > now);
  };
  return {
    now: () => now,
    put: (sample: Sample) => void underWay.push(sample),
    putAll: (samples: Sample[]) => void underWay.push(...samples),
    /** `each` runs in the last second of every minute. */
    pass(minutes: number, each: (time: number) => void = () => {}): void {
      for (const end = now + minutes * MINUTE; now < end; ) {
        each(now + MINUTE - 1000);
        now += MINUTE;
        arrive();
        for (const { alarm } of watched) alarm.evaluate(now);
      }
    },
    state: (name: string): AlarmState | undefined => watched.find((one) => one.name === name)?.alarm.state(),
    /** The alarms' notices, as `NAME ring` and `NAME end`, and the minute of each. The first minute is 1. */
    notices: () =>
      watched
        .flatMap(({ name, alarm }) => alarm.transitions.map((one) => ({ ...one, name })))
        .filter(({ from, to }) => to === 'ALARM' || from === 'ALARM')
        .sort((one, other) => one.time - other.time)
        .map(({ time, name, actions }) => ({ minute: (time - START) / MINUTE, text: [name, ...actions].join(' ') })),
    /** The same without the minutes. */
    texts(): string[] {
      return this.notices().map(({ text }) => text);
    },
  };
}
export type Night = ReturnType<typeof createNight>;

/** Samples that happen at another time. */
export const at = (time: number, samples: Sample[]): Sample[] => samples.map((sample) => ({ ...sample, time }));

export const QUEUES = [
  'dcs-changes.fifo',
  'dcs-changes-dead.fifo',
  'sms-changes.fifo',
  'sms-changes-dead.fifo',
  'results-dead',
] as const;

/** The queues of a stage, which report to a night. One is active only if it is accessed. */
export function queuesOf(night: Night, stage: string, reading: QueueReading) {
  const queues = new Map<string, ReturnType<typeof createQueueMetrics>>(
    QUEUES.map((name) => [name, createQueueMetrics(`migration-relay-${stage}-${name}`, night.put, reading)]),
  );
  return {
    accessed: (name: string) => queues.get(name)?.accessed(night.now()),
    minute(time: number, messages: Record<string, QueuedMessage[]>, polled: string[] = []): void {
      for (const name of polled) queues.get(name)?.accessed(time);
      for (const [name, queue] of queues) queue.minute(time, messages[name] ?? []);
    },
  };
}
