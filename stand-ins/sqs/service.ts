import { CreateQueueCommand, SQSClient } from '@aws-sdk/client-sqs';
import * as z from 'zod';
import { ACCOUNT, CREDENTIALS } from '../account.ts';
import { type Clock, REAL_TIME } from '../clock.ts';
import { type JsonServer, ServiceError, startJsonServer } from '../json-server.ts';
import { messageCalls, type ServedQueue, serve } from './calls.ts';
import { read } from './inputs.ts';
import type { Message } from './message.ts';
import { createQueue, type Queue } from './queue.ts';

/** Who is notified, and the clock of the queues. */
export interface QueuesOptions {
  /** Gets the body of each message that is sent, and the queue's URL. */
  onSent?: ((body: string, queueUrl: string) => void) | undefined;
  clock?: Clock;
  deduplicationScale?: number | undefined;
}

const Create = z.object({ QueueName: z.string(), Attributes: z.record(z.string(), z.string()).default({}) });
const Named = z.object({ QueueUrl: z.string().optional(), QueueName: z.string().optional() });
const RequestedAttributes = z.object({ AttributeNames: z.array(z.string()).default([]) });
const Redrive = z.object({ deadLetterTargetArn: z.string(), maxReceiveCount: z.coerce.number() });

/** Starts SQS on the loopback interface, for the real clients. */
export async function startQueues(
  region: string,
  { onSent, clock = REAL_TIME, deduplicationScale }: QueuesOptions = {},
) {
  const queues = new Map<string, ServedQueue>();
  const closing = new AbortController();
  const find = (name: string) => queues.get(nameIn(name));
  const of = (input: unknown): ServedQueue => {
    const { QueueUrl = '', QueueName = QueueUrl } = read(Named, input);
    const queue = find(QueueName);
    if (!queue) throw new ServiceError('QueueDoesNotExist', 'The specified queue does not exist.');
    return queue;
  };
  const urlOf = (name: string) => `${server.url}/${ACCOUNT}/${name}`;
  const toQueue = (name: string, attributes: Record<string, string>): ServedQueue => {
    const { settings, deadLetters } = toSettings(attributes);
    const url = urlOf(name);
    const onDeadLetter = (message: Message) => void find(deadLetters)?.inherit(message);
    const queue = createQueue({ ...settings, deduplicationScale, onDeadLetter }, clock);
    const send: Queue['send'] = (sent) => {
      onSent?.(sent.body, url);
      return queue.send(sent);
    };
    return serve({ ...queue, send }, `arn:aws:sqs:${region}:${ACCOUNT}:${name}`, attributes);
  };
  const server: JsonServer = await startJsonServer({
    'AmazonSQS.CreateQueue': (input) => {
      const { QueueName, Attributes } = read(Create, input);
      if (!queues.has(QueueName)) queues.set(QueueName, toQueue(QueueName, Attributes));
      return { QueueUrl: urlOf(QueueName) };
    },
    'AmazonSQS.GetQueueUrl': (input) => ({ QueueUrl: urlOf(nameIn(of(input).arn)) }),
    'AmazonSQS.GetQueueAttributes': (input) => {
      const { AttributeNames } = read(RequestedAttributes, input);
      const known = Object.entries(attributesOf(of(input)));
      const wanted = known.filter(([name]) => AttributeNames.includes('All') || AttributeNames.includes(name));
      return { Attributes: Object.fromEntries(wanted) };
    },
    ...messageCalls(of, closing.signal),
  });
  const client = new SQSClient({ region, endpoint: server.url, credentials: CREDENTIALS });
  return {
    url: server.url,
    client,
    /** Finds a queue by its URL, ARN or name, to read it without receiving. */
    find,
    /** Makes a queue with properties as in CloudFormation. */
    async create({ QueueName, ...properties }: { QueueName: string } & Record<string, unknown>): Promise<void> {
      await client.send(new CreateQueueCommand({ QueueName, Attributes: toAttributes(properties) }));
    },
    async close(): Promise<void> {
      closing.abort();
      client.destroy();
      await server.close();
    },
  };
}
export type Queues = Awaited<ReturnType<typeof startQueues>>;

const nameIn = (urlOrArn: string) => urlOrArn.split(/[/:]/).at(-1) ?? '';

/** CloudFormation gives queue attributes as values; the API takes them as text. */
function toAttributes(properties: Record<string, unknown>): Record<string, string> {
  const text = (value: unknown) => (typeof value === 'object' ? JSON.stringify(value) : String(value));
  return Object.fromEntries(Object.entries(properties).map(([name, value]) => [name, text(value)]));
}

function toSettings({ VisibilityTimeout, MessageRetentionPeriod, ...rest }: Record<string, string>) {
  const { RedrivePolicy, DeduplicationScope, FifoQueue } = rest;
  const redrive = RedrivePolicy ? Redrive.parse(JSON.parse(RedrivePolicy)) : undefined;
  return {
    deadLetters: redrive?.deadLetterTargetArn ?? '',
    settings: {
      visibility: Number(VisibilityTimeout ?? 30) * 1000,
      retention: Number(MessageRetentionPeriod ?? 345_600) * 1000,
      maxReceives: redrive?.maxReceiveCount ?? Number.POSITIVE_INFINITY,
      deduplicatesByGroup: DeduplicationScope === 'messageGroup',
      standard: FifoQueue !== 'true',
    },
  };
}

function attributesOf(queue: ServedQueue) {
  const messages = queue.messages();
  const inFlight = messages.filter(queue.isInFlight).length;
  return {
    ...queue.attributes,
    QueueArn: queue.arn,
    ApproximateNumberOfMessages: String(messages.length - inFlight),
    ApproximateNumberOfMessagesNotVisible: String(inFlight),
    ApproximateNumberOfMessagesDelayed: '0',
  };
}
