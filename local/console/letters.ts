import { ChangeMessageVisibilityCommand, SQSClient } from '@aws-sdk/client-sqs';
import * as z from 'zod';
import { HURRIED, LEFT } from '../aws/queues.ts';
import type { DeadLetter } from './known.ts';

const Queues = z.array(
  z.object({
    name: z.string(),
    url: z.string(),
    approximateMessageCount: z.number(),
    approximateInflightCount: z.number(),
  }),
);
const Message = z.object({ messageId: z.string(), body: z.string(), approximateReceiveCount: z.number() });
const Queue = z.object({
  url: z.string(),
  messages: z.object({
    ready: z.array(Message),
    inflight: z.array(z.object({ message: Message, receiptHandle: z.string() })),
  }),
});

/** How queues of dead letters are called in the template. */
const DEAD = /-dead\.fifo$/;

/** Looks into the dead-letter queues without receiving: nothing is hidden or counted by it. */
export async function readDeadLetters(sqsUrl: string): Promise<(DeadLetter & { text: string })[]> {
  const queues = Queues.parse(await get(`${sqsUrl}/_fauxqs/queues`));
  const filled = queues.filter(
    (one) => DEAD.test(one.name) && one.approximateMessageCount + one.approximateInflightCount > 0,
  );
  const read = await Promise.all(filled.map(({ name }) => get(`${sqsUrl}/_fauxqs/queues/${name}`)));
  return read
    .map((one) => Queue.parse(one))
    .flatMap(({ url, messages: { ready, inflight } }) =>
      [...ready, ...inflight.map(({ message }) => message)].map((message) => ({
        ...{ queueUrl: url, messageId: message.messageId, receives: message.approximateReceiveCount },
        text: message.body,
      })),
    );
}

/** Skips the deliveries that a message would still get, but for so many, and lets it come again at once. */
export async function hurryAlong(sqsUrl: string, region: string, QueueUrl: string, id: string, left: number) {
  const name = QueueUrl.split('/').at(-1);
  const looked = await get(`${sqsUrl}/_fauxqs/queues/${name}`, { [HURRIED]: id, [LEFT]: String(left) });
  const handle = Queue.parse(looked).messages.inflight.find(({ message }) => message.messageId === id)?.receiptHandle;
  if (handle === undefined) return;
  const credentials = { accessKeyId: 'console', secretAccessKey: 'local' };
  const sqs = new SQSClient({ region, endpoint: sqsUrl, credentials });
  const shown = new ChangeMessageVisibilityCommand({ QueueUrl, ReceiptHandle: handle, VisibilityTimeout: 0 });
  await sqs.send(shown).finally(() => sqs.destroy());
}

async function get(url: string, headers: Record<string, string> = {}): Promise<unknown> {
  const response = await fetch(url, { headers });
  return response.json();
}
