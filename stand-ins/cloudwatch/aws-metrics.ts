import type { Sample } from './metric-store.ts';

/** What AWS's services count about what happens to them, by the manual of each. A metric that is not named here is not written. */

const MINUTE = 60_000;
/** "CloudWatch considers a queue to be active for up to six hours if it contains any messages or if any action accesses it." */
const ACTIVE_FOR = 360 * MINUTE;
/** After so many receives without a deletion, a message is left out of ApproximateAgeOfOldestMessage. */
const RECEIVES_OF_POISON = 3;

/** A message, as SQS's metrics see it. */
export interface QueuedMessage {
  sentAt: number;
  receives: number;
  isInFlight: boolean;
}

/** What SQS's manual leaves open, or has said differently in the course of time. */
export interface QueueReading {
  /** "A delay of up to 15 minutes occurs in CloudWatch metrics when a queue is activated from an inactive state." */
  activation: number;
  /** Whether a queue without messages has an age of 0 and 0 messages in flight, or says nothing about either. */
  reportsNothing: boolean;
}

/**
 * SQS's metrics of a queue, a sample of each per minute ("Available CloudWatch metrics for Amazon SQS"). Only an active queue has
 * any. `accessed` tells of a call of the queue; sending is one.
 */
export function createQueueMetrics(
  QueueName: string,
  put: (sample: Sample) => void,
  { activation = 0, reportsNothing = true }: Partial<QueueReading> = {},
) {
  let begin = Number.POSITIVE_INFINITY;
  let end = Number.NEGATIVE_INFINITY;
  const isActive = (time: number) => time >= begin && time <= end;
  const report = (name: string, time: number, value: number) =>
    put({ namespace: 'AWS/SQS', name, dimensions: { QueueName }, time, value });

  return {
    accessed(time: number): void {
      if (time > end) begin = time + activation * MINUTE;
      end = time + ACTIVE_FOR;
    },
    /** Writes the samples of the minute that ends. */
    minute(time: number, messages: QueuedMessage[]): void {
      const measured = isActive(time) ? measure(messages, time) : [];
      const reported = measured.filter(({ isNothing }) => reportsNothing || !isNothing);
      for (const { name, value } of reported) report(`Approximate${name}`, time, value);
    },
  };
}

function measure(messages: QueuedMessage[], time: number) {
  const inFlight = messages.filter((message) => message.isInFlight).length;
  return [
    { name: 'NumberOfMessagesVisible', value: messages.length - inFlight, isNothing: false },
    { name: 'NumberOfMessagesNotVisible', value: inFlight, isNothing: inFlight === 0 },
    { name: 'AgeOfOldestMessage', value: ageOf(messages, time), isNothing: messages.length === 0 },
  ];
}

/** The age of the oldest message that counts, in seconds; 0 without one. */
function ageOf(messages: QueuedMessage[], time: number): number {
  const counted = messages.filter(({ receives }) => receives < RECEIVES_OF_POISON).map(({ sentAt }) => sentAt);
  return (time - Math.min(time, ...counted)) / 1000;
}

/** An invocation of a function: 1 error or 0 ("Types of metrics for Lambda functions"). */
export const invocation = (FunctionName: string, time: number, isError: boolean): Sample => ({
  ...{ namespace: 'AWS/Lambda', name: 'Errors', dimensions: { FunctionName }, time },
  value: Number(isError),
});

/** An invocation that Lambda refused because no concurrency was left. It is no error and no invocation. */
export const throttle = (FunctionName: string, time: number): Sample => ({
  ...{ namespace: 'AWS/Lambda', name: 'Throttles', dimensions: { FunctionName }, time, value: 1 },
});

/**
 * A delivery that EventBridge gave up, for good. What is tried again is not counted before, and the metric is never 0. Only
 * RuleName names a rule of the default bus ("Monitoring Amazon EventBridge").
 */
export const failedDelivery = (EventBusName: string, RuleName: string, time: number): Sample => ({
  ...{ namespace: 'AWS/Events', name: 'FailedInvocations', time, value: 1 },
  dimensions: EventBusName === 'default' ? { RuleName } : { EventBusName, RuleName },
});

/** A request that DynamoDB throttled. The metric is never 0 ("DynamoDB metrics and dimensions"). */
export const throttledRequest = (TableName: string, kind: 'Read' | 'Write', time: number): Sample => ({
  ...{ namespace: 'AWS/DynamoDB', name: `${kind}ThrottleEvents`, dimensions: { TableName }, time, value: 1 },
});
