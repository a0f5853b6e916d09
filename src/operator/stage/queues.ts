import type { SQS } from '@aws-sdk/client-sqs';
import type { Service } from '../../lib/operations/operation.ts';
import type { Stage } from './stage.ts';

/** A dead-letter queue and the queue that it belongs to. */
export interface DeadQueue {
  service: Service;
  queue: string;
  source: string;
  count: number;
}

/** The services that have a queue. */
export async function servicesOf(stage: Stage): Promise<Service[]> {
  return (await stage.settings('sms')) ? ['dcs', 'sms'] : ['dcs'];
}

/** The dead-letter queues of a stage, each with the approximate number of its messages. */
export async function deadLetterQueues(stage: Stage, sqs: SQS): Promise<DeadQueue[]> {
  return Promise.all(
    (await servicesOf(stage)).map(async (service) => {
      const source = await stage.queueOf(service);
      const { deadLetterTargetArn = '' } = await redriveOf(sqs, source);
      // Both queues come from one template, so their URLs differ only in the names.
      const queue = `${source.slice(0, source.lastIndexOf('/'))}/${deadLetterTargetArn.split(':').at(-1)}`;
      return { service, queue, source, count: await countIn(sqs, queue) };
    }),
  );
}

/** The approximate number of events that the bus, or the rule of the log of results, could not deliver. */
export async function undeliveredCount({ resultsDead }: Stage, sqs: SQS): Promise<number> {
  const { QueueUrl = '' } = await sqs.getQueueUrl({ QueueName: resultsDead });
  return countIn(sqs, QueueUrl);
}

async function countIn(sqs: SQS, QueueUrl: string): Promise<number> {
  const { Attributes } = await sqs.getQueueAttributes({ QueueUrl, AttributeNames: ['ApproximateNumberOfMessages'] });
  return Number(Attributes?.ApproximateNumberOfMessages ?? 0);
}

/** How many messages a queue has, as far as SQS knows: those that wait, those that a function has or that wait for a retry, and those with a delay. */
export interface Depth {
  waiting: number;
  inFlight: number;
  delayed: number;
}

/** How much is in a service's queue. SQS's counts are approximate. */
export async function depthOf(stage: Stage, service: Service): Promise<Depth> {
  const { Attributes = {} } = await (await stage.clients.sqs()).getQueueAttributes({
    QueueUrl: await stage.queueOf(service),
    AttributeNames: [
      'ApproximateNumberOfMessages',
      'ApproximateNumberOfMessagesNotVisible',
      'ApproximateNumberOfMessagesDelayed',
    ],
  });
  return {
    waiting: Number(Attributes.ApproximateNumberOfMessages ?? 0),
    inFlight: Number(Attributes.ApproximateNumberOfMessagesNotVisible ?? 0),
    delayed: Number(Attributes.ApproximateNumberOfMessagesDelayed ?? 0),
  };
}

interface Redrive {
  deadLetterTargetArn?: string;
  maxReceiveCount?: number | string;
}

async function redriveOf(sqs: SQS, QueueUrl: string): Promise<Redrive> {
  const { Attributes } = await sqs.getQueueAttributes({ QueueUrl, AttributeNames: ['RedrivePolicy'] });
  return JSON.parse(Attributes?.RedrivePolicy ?? '{}') as Redrive;
}

/** The number of deliveries after which a service's queue gives a message up. */
export async function maxReceivesOf(stage: Stage, service: Service): Promise<number> {
  const { maxReceiveCount = Number.POSITIVE_INFINITY } = await redriveOf(
    await stage.clients.sqs(),
    await stage.queueOf(service),
  );
  return Number(maxReceiveCount);
}
