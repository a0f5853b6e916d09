import { describe, expect, it } from 'vitest';
import {
  createQueueMetrics,
  failedDelivery,
  invocation,
  type QueuedMessage,
  type QueueReading,
  throttle,
  throttledRequest,
} from '../../../stand-ins/cloudwatch/aws-metrics.ts';
import { metricKey, type Sample } from '../../../stand-ins/cloudwatch/metric-store.ts';

const MINUTE = 60_000;
const waiting: QueuedMessage = { sentAt: 0, receives: 0, isInFlight: false };

/** What a queue reports at a minute, in the order visible, in flight, age; it was accessed at minute 0. */
function reported(minute: number, messages: QueuedMessage[], reading: Partial<QueueReading> = {}): number[] {
  const samples: Sample[] = [];
  const metrics = createQueueMetrics('q', (sample) => samples.push(sample), reading);
  metrics.accessed(0);
  metrics.minute(minute * MINUTE, messages);
  expect(samples.every(({ dimensions }) => dimensions.QueueName === 'q')).toBe(true);
  return samples.map(({ value }) => value);
}

describe("a queue's metrics", () => {
  it('tell how many messages wait, how many are in flight, and how old the oldest is', () => {
    expect(reported(2, [waiting, { ...waiting, sentAt: MINUTE, isInFlight: true }])).toEqual([1, 1, 120]);
    expect(reported(2, [])).toEqual([0, 0, 0]);
  });

  it('leave out of the age a message that was received three times and not deleted', () => {
    expect(reported(2, [{ ...waiting, receives: 2 }])).toEqual([1, 0, 120]);
    expect(reported(2, [{ ...waiting, receives: 3 }])).toEqual([1, 0, 0]);
  });

  it('end six hours after the last call, although a message is there', () => {
    expect(reported(360, [waiting])).toHaveLength(3);
    expect(reported(361, [waiting])).toEqual([]);
  });

  it('may begin a quarter of an hour late, and may say nothing about what is not there', () => {
    expect(reported(14, [waiting], { activation: 15 })).toEqual([]);
    expect(reported(15, [waiting], { activation: 15 })).toHaveLength(3);
    expect(reported(1, [], { reportsNothing: false })).toEqual([0]);
  });
});

describe('a metric of another service', () => {
  it('has the dimensions of its manual', () => {
    expect([invocation('f', 0, true), throttle('f', 0), throttledRequest('t', 'Read', 0)].map(metricKey)).toEqual([
      'AWS/Lambda Errors {FunctionName=f}',
      'AWS/Lambda Throttles {FunctionName=f}',
      'AWS/DynamoDB ReadThrottleEvents {TableName=t}',
    ]);
    expect([invocation('f', 0, true).value, invocation('f', 0, false).value]).toEqual([1, 0]);
  });

  it('names the bus of a rule, unless it is the default one', () => {
    expect([failedDelivery('b', 'r', 0), failedDelivery('default', 'r', 0)].map(metricKey)).toEqual([
      'AWS/Events FailedInvocations {EventBusName=b,RuleName=r}',
      'AWS/Events FailedInvocations {RuleName=r}',
    ]);
  });
});
