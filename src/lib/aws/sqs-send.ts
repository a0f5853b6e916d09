import type { Message } from '../change/message.ts';
import type { Service } from '../operations/operation.ts';
import type { AwsCall } from './call.ts';

/** The most that SQS takes in one request, in messages and in bytes of their bodies. */
const MAX_MESSAGES = 10;
const MAX_BYTES = 1_000_000;

/** What SQS says of the entries of a batch that it did not take. */
export interface Taken {
  Failed?: { Code: string }[];
}

/** Sends messages to their services' FIFO queues, in order. Throws if a queue can't be reached or takes only a part. */
export function createEnqueue(call: AwsCall, queues: Partial<Record<Service, string>>) {
  return async (messages: Message[]): Promise<void> => {
    for (const [service, ofService] of Map.groupBy(messages, (message) => message.service)) {
      const queue = queues[service];
      if (queue === undefined) throw new Error(`there is no queue for ${service}`);
      for (const batch of batches(ofService)) await sendBatch(call, queue, batch);
    }
  };
}

async function sendBatch(call: AwsCall, QueueUrl: string, batch: Message[]): Promise<void> {
  const Entries = batch.map(({ body, group, deduplicationId }, index) => ({
    Id: String(index),
    MessageBody: body,
    MessageGroupId: group,
    MessageDeduplicationId: deduplicationId,
  }));
  const { Failed = [] } = await call<Taken>('SendMessageBatch', { QueueUrl, Entries });
  if (Failed.length > 0) throw new Error(`the queue refused ${Failed.length} messages: ${Failed[0]?.Code}`);
}

/**
 * Cuts messages into runs that SQS takes at once, no two of a group in one: SQS may refuse the first and take the second,
 * and the sender's repeat would turn their order around.
 */
function batches(messages: Message[]): Message[][] {
  const cut: Message[][] = [];
  let bytes = Number.POSITIVE_INFINITY;
  for (const message of messages) {
    const size = Buffer.byteLength(message.body);
    const last = cut.at(-1);
    const fits = last !== undefined && takes(last, message) && bytes + size <= MAX_BYTES;
    if (fits) last.push(message);
    else cut.push([message]);
    bytes = fits ? bytes + size : size;
  }
  return cut;
}

const takes = (run: Message[], { group }: Message) =>
  run.length < MAX_MESSAGES && !run.some((one) => one.group === group);
