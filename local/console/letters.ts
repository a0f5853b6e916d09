import * as z from 'zod';
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
  messages: z.object({ ready: z.array(Message), inflight: z.array(z.object({ message: Message })) }),
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

async function get(url: string): Promise<unknown> {
  const response = await fetch(url);
  return response.json();
}
