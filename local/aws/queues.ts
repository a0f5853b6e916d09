import { CreateQueueCommand, SQSClient } from '@aws-sdk/client-sqs';
import { buildApp } from 'fauxqs';
import type { PropertiesOf } from '../resources.ts';

/** SQS on one machine. */
export interface Queues {
  url: string;
  client: SQSClient;
  create(queue: PropertiesOf<'AWS::SQS::Queue'>): Promise<void>;
  close(): Promise<void>;
}

/** What a call to SQS asks for, as far as somebody looks on. */
export interface QueueCall {
  QueueUrl?: string;
  MessageBody?: string;
  Entries?: { MessageBody?: string }[];
}

/**
 * Starts SQS on the loopback interface; every divisible wait is cut by the caller before `create`. `onSent` gets the body of
 * each message on its way in, whoever sends it, and the queue's URL.
 */
export async function startQueues(region: string, onSent?: (body: string, queueUrl: string) => void): Promise<Queues> {
  const app = buildApp({ logger: false, defaultRegion: region });
  if (onSent)
    app.addHook('preHandler', (request, _reply, done) => {
      if (String(request.headers['x-amz-target']).startsWith('AmazonSQS.SendMessage'))
        for (const body of bodiesOf(request.body as QueueCall))
          onSent(body, (request.body as QueueCall).QueueUrl ?? '');
      done();
    });
  app.addHook('preSerialization', async ({ headers }, _reply, payload) => {
    const { [HURRIED]: id, [LEFT]: left } = headers;
    if (id !== undefined) wear(payload as Inspected, String(id), Number(left));
    return payload;
  });
  const url = await app.listen({ port: 0, host: '127.0.0.1' });
  const client = new SQSClient({
    region,
    endpoint: url,
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  });
  return {
    url,
    client,
    async create({ QueueName, ...properties }) {
      await client.send(new CreateQueueCommand({ QueueName, Attributes: toAttributes(properties) }));
    },
    async close() {
      client.destroy();
      await app.close();
    },
  };
}

/** Headers on a look into a queue: the message that has used up its deliveries, but for so many. */
export const HURRIED = 'x-hurried-message';
export const LEFT = 'x-deliveries-left';

interface Kept {
  messageId: string;
  approximateReceiveCount: number;
}
interface Inspected {
  attributes: { RedrivePolicy?: string };
  messages: { ready: Kept[]; inflight: { message: Kept }[] };
}

/** What is looked at are the messages themselves, so that a count that is set here stays. */
function wear({ attributes, messages: { ready, inflight } }: Inspected, id: string, left: number): void {
  const { maxReceiveCount = 0 } = JSON.parse(attributes.RedrivePolicy ?? '{}') as { maxReceiveCount?: number };
  const found = [...ready, ...inflight.map(({ message }) => message)].find(({ messageId }) => messageId === id);
  if (found) found.approximateReceiveCount = Math.max(found.approximateReceiveCount, maxReceiveCount - left);
}

const bodiesOf = ({ MessageBody, Entries = [{ MessageBody: MessageBody ?? '' }] }: QueueCall) =>
  Entries.flatMap((entry) => entry.MessageBody ?? []);

/** CloudFormation gives queue attributes as values, the API takes them as text. */
export function toAttributes(properties: Record<string, unknown>): Record<string, string> {
  const text = (value: unknown) => (typeof value === 'object' ? JSON.stringify(value) : String(value));
  return Object.fromEntries(Object.entries(properties).map(([name, value]) => [name, text(value)]));
}
