import { beforeAll, describe, expect, it } from 'vitest';
import { MAX_AGE_SECONDS, MAX_WAIT, MESSAGE_DAYS, ROW_DAYS, timesAt } from '../../src/lib/relay/times.ts';
import { type CompiledTemplate, compiled } from '../support/compiled.ts';
import { parametersOf, stagesUnderTest } from '../support/stages.ts';

const SECOND = 1000;
const DAY = 86_400;

interface Mapping {
  BatchSize: number;
  FunctionResponseTypes: string[];
  ScalingConfig: { MaximumConcurrency: number };
  FunctionName: { 'Fn::GetAtt': [string, string] };
  EventSourceArn: { 'Fn::GetAtt': [string, string] } | string;
}
interface Queue {
  VisibilityTimeout: number;
  MessageRetentionPeriod: number;
  RedrivePolicy: { deadLetterTargetArn: { 'Fn::GetAtt': [string, string] }; maxReceiveCount: number };
}

describe.each(stagesUnderTest())("stage %s and the code's times", (stage) => {
  let deployed: CompiledTemplate;
  let feeds: { mapping: Mapping; worker: ReturnType<CompiledTemplate['functions']>[number] }[];
  /** Those from queues of the stage. The settings of existing queues are their owner's. */
  let own: ((typeof feeds)[number] & { queue: Queue; parked: Queue })[];
  beforeAll(async () => {
    deployed = await compiled(stage);
    feeds = deployed.ofType('AWS::Lambda::EventSourceMapping').map(({ Properties }) => {
      const mapping = Properties as unknown as Mapping;
      const worker = deployed.functions().find(({ id }) => id === mapping.FunctionName['Fn::GetAtt'][0]);
      if (!worker) throw new Error('a mapping names no function');
      return { mapping, worker };
    });
    own = feeds.flatMap(({ mapping, worker }) => {
      if (typeof mapping.EventSourceArn === 'string') return [];
      const queue = deployed.properties(mapping.EventSourceArn['Fn::GetAtt'][0]) as unknown as Queue;
      const parked = deployed.properties(queue.RedrivePolicy.deadLetterTargetArn['Fn::GetAtt'][0]) as unknown as Queue;
      return [{ mapping, queue, parked, worker }];
    });
    expect(feeds.length).toBeGreaterThan(0);
    const { dcs, sms } = parametersOf(stage).existingQueues;
    expect(feeds.length - own.length).toBe([dcs, sms].filter(Boolean).length);
  }, 60_000);
  const times = timesAt(1);

  it('agree on the function time-out', () => {
    for (const { worker } of feeds) expect(worker.Timeout * SECOND).toBe(times.functionTimeout);
  });

  it('agree on a visibility of six time-outs, longer than a lease', () => {
    for (const { queue, worker } of own) {
      expect(queue.VisibilityTimeout * SECOND).toBe(times.visibility);
      expect(queue.VisibilityTimeout).toBeGreaterThanOrEqual(6 * worker.Timeout);
      expect(queue.VisibilityTimeout * SECOND).toBeGreaterThan(times.lease);
    }
  });

  it('let a record and its worst case fit into an invocation, and a lease outlive it', () => {
    for (const { worker } of feeds) {
      expect(times.recordWorst).toBeLessThan(worker.Timeout * SECOND);
      expect(times.lease).toBeGreaterThanOrEqual(worker.Timeout * SECOND + times.skew + times.gracePeriod);
    }
  });

  it('end a change while its message still exists: the longest wait and a visibility fit between the two', () => {
    const ends = times.messageLife / SECOND;
    for (const { queue } of own) {
      expect(ends + MAX_WAIT + queue.VisibilityTimeout).toBeLessThan(queue.MessageRetentionPeriod);
      expect(MAX_AGE_SECONDS).toBeLessThan(ends);
    }
    // SQS permits twelve hours from the receive on. The function may have used its whole time before.
    expect(MAX_WAIT + times.functionTimeout / SECOND + 2 * (times.visibility / SECOND)).toBeLessThan(12 * 3600);
  });

  it('let only a fault before the claim reach the dead-letter queue: twice the batch times the attempts', () => {
    for (const { mapping, queue, worker } of own) {
      const attempts = Number(worker.Environment.Variables.MAX_ATTEMPTS);
      expect(queue.RedrivePolicy.maxReceiveCount).toBeGreaterThanOrEqual(2 * mapping.BatchSize * attempts);
      expect(queue.RedrivePolicy.maxReceiveCount).toBeLessThanOrEqual(1000);
      expect(mapping.FunctionResponseTypes).toEqual(['ReportBatchItemFailures']);
    }
  });

  it('give a change up before its message is deleted, and keep dead letters longer than queued messages', () => {
    for (const { queue, parked, worker } of own) {
      expect(Number(worker.Environment.Variables.MAX_AGE_SECONDS)).toBeLessThan(queue.MessageRetentionPeriod);
      expect([queue, parked].map((one) => one.MessageRetentionPeriod)).toEqual([
        MESSAGE_DAYS * DAY,
        MESSAGE_DAYS * DAY,
      ]);
    }
  });

  it('keep rows longer than any redelivery: twice in the dead-letter queue, and the queue itself', () => {
    // Each delivery renews a row. Between two deliveries are at most the time in the dead-letter queue and, after a
    // redrive, in the queue.
    for (const { queue, parked } of own)
      expect(ROW_DAYS * DAY).toBeGreaterThan(parked.MessageRetentionPeriod + queue.MessageRetentionPeriod + 7 * DAY);
  });

  it('keep results in their log longer than rows', () => {
    expect(deployed.properties('ResultsLogGroup').RetentionInDays).toBeGreaterThan(ROW_DAYS);
  });

  it('reserve the concurrency that a queue may use, unless the stage reserves nothing', () => {
    const { reserveConcurrency } = parametersOf(stage);
    for (const { mapping, worker } of feeds) {
      expect(mapping.ScalingConfig.MaximumConcurrency).toBeGreaterThanOrEqual(2);
      if (!reserveConcurrency) expect(worker).not.toHaveProperty('ReservedConcurrentExecutions');
      else expect(worker.ReservedConcurrentExecutions).toBeGreaterThanOrEqual(mapping.ScalingConfig.MaximumConcurrency);
    }
  });

  it('divide the waits on one machine only', () => {
    const scales = deployed.functions().map(({ Environment }) => Environment.Variables.TIME_SCALE);
    expect(new Set(scales)).toEqual(new Set([stage === 'local' ? parametersOf(stage).timeScale : '1']));
  });

  it('let the webhook answer before the HTTP API gives up', () => {
    const webhook = deployed.functions().find(({ id }) => id === 'WebhookLambdaFunction');
    expect(webhook?.Timeout).toBeLessThan(30);
  });
});
