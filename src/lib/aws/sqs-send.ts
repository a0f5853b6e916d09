import type { Message } from '../change/message.ts';
import type { Service } from '../operations/operation.ts';
import type { AwsCall } from './call.ts';

/** The limits of one SQS request: messages, and bytes of their bodies. */
const MAX_MESSAGES = 10;
const MAX_BYTES = 1_000_000;

/** The reply of SQS about the entries of a batch that it did not take. */
export interface BatchReply {
  Failed?: { Code: string }[];
}

/** Sends messages to the FIFO queues of their services, in order. Throws if a queue can't be reached or takes only some of them. */
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
  const { Failed = [] } = await call<BatchReply>('SendMessageBatch', { QueueUrl, Entries });
  if (Failed.length > 0) throw new Error(`the queue refused ${Failed.length} messages: ${Failed[0]?.Code}`);
}

/**
 * Splits messages into batches for SQS. No batch has two messages of one group: SQS may refuse the first and take the
 * second, and the sender's repeat would then reverse their order.
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
