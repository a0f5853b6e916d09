import { CreateQueueCommand, SQSClient } from '@aws-sdk/client-sqs';
import * as z from 'zod';
import { type JsonServer, ServiceError, startJsonServer } from '../../local/aws/json-server.ts';
import { type Queues, toAttributes } from '../../local/aws/queues.ts';
import { ACCOUNT } from '../../local/template.ts';
import { messageTargets, type Queue } from './fifo-calls.ts';
import { createFifoQueue, type Held } from './fifo-queue.ts';

const Create = z.object({ QueueName: z.string(), Attributes: z.record(z.string(), z.string()).default({}) });
const Named = z.object({ QueueUrl: z.string().optional(), QueueName: z.string().optional() });
const Redrive = z.object({ deadLetterTargetArn: z.string(), maxReceiveCount: z.coerce.number() });

/** Queues for the real SQS client that hand out up to ten messages of a group in one receive, as SQS does. */
export async function startFifoQueues(region: string): Promise<Queues> {
  const queues = new Map<string, Queue>();
  const closing = new AbortController();
  const of = (input: unknown): Queue => {
    const { QueueUrl = '', QueueName = QueueUrl } = Named.parse(input);
    const queue = queues.get(nameIn(QueueName));
    if (!queue) throw new ServiceError('QueueDoesNotExist', 'The specified queue does not exist.');
    return queue;
  };
  const create = (input: unknown) => {
    const { QueueName, Attributes } = Create.parse(input);
    const bury = (arn: string) => (message: Held) => queues.get(nameIn(arn))?.inherit(message);
    if (!queues.has(QueueName)) queues.set(QueueName, toQueue(Attributes, bury));
    return { QueueUrl: urlOf(server.url, QueueName) };
  };
  const server: JsonServer = await startJsonServer({
    'AmazonSQS.CreateQueue': create,
    'AmazonSQS.GetQueueUrl': (input) => of(input) && { QueueUrl: urlOf(server.url, String(input.QueueName)) },
    ...messageTargets(of, closing.signal),
  });
  const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
  const client = new SQSClient({ region, endpoint: server.url, credentials });
  return {
    url: server.url,
    client,
    async create({ QueueName, ...properties }) {
      await client.send(new CreateQueueCommand({ QueueName, Attributes: toAttributes(properties) }));
    },
    async close() {
      closing.abort();
      client.destroy();
      await server.close();
    },
  };
}

const nameIn = (urlOrArn: string) => urlOrArn.split(/[/:]/).at(-1) ?? '';
const urlOf = (origin: string, name: string) => `${origin}/${ACCOUNT}/${name}`;

function toQueue(attributes: Record<string, string>, bury: (arn: string) => (message: Held) => void): Queue {
  const { VisibilityTimeout = '30', RedrivePolicy, DeduplicationScope } = attributes;
  const redrive = RedrivePolicy ? Redrive.parse(JSON.parse(RedrivePolicy)) : undefined;
  const settings = {
    visibility: Number(VisibilityTimeout) * 1000,
    maxReceives: redrive?.maxReceiveCount ?? Number.POSITIVE_INFINITY,
    bury: redrive ? bury(redrive.deadLetterTargetArn) : () => {},
    deduplicatesByGroup: DeduplicationScope === 'messageGroup',
  };
  return { ...createFifoQueue(settings, Date.now), attributes };
}
