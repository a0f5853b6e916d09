import { createHash } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import * as z from 'zod';
import { ServiceError, type Targets } from '../../local/aws/json-server.ts';
import type { FifoQueue, Held } from './fifo-queue.ts';

/** A queue with the attributes that it was made with. */
export interface Queue extends FifoQueue {
  attributes: Record<string, string>;
}

const Send = z.object({ MessageBody: z.string(), MessageGroupId: z.string(), MessageDeduplicationId: z.string() });
const Receive = z.object({
  MaxNumberOfMessages: z.int().min(1).max(10).default(1),
  WaitTimeSeconds: z.number().default(0),
  VisibilityTimeout: z.number().optional(),
});
const Receipt = z.object({ ReceiptHandle: z.string() });
const Visibility = Receipt.extend({ VisibilityTimeout: z.number().min(0).max(43_200) });
const batchOf = <Shape extends z.ZodRawShape>(entry: z.ZodObject<Shape>) =>
  z.object({
    Entries: z
      .array(entry.extend({ Id: z.string() }))
      .min(1)
      .max(10),
  });
/** How often a waiting receive looks again, in milliseconds. */
const LOOK = 20;

/** SQS's calls about messages, as its client sends them; in a batch every entry has its own answer. */
export function messageTargets(of: (input: unknown) => Queue, closing: AbortSignal): Targets {
  const batch = <Shape extends z.ZodRawShape>(
    entry: z.ZodObject<Shape>,
    act: (queue: Queue, one: z.output<z.ZodObject<Shape>>) => object,
  ) => {
    const entries = batchOf(entry);
    return (input: unknown) => {
      const queue = of(input);
      const done = (entries.parse(input).Entries as (z.output<z.ZodObject<Shape>> & { Id: string })[]).map((one) =>
        entryOf(one.Id, () => act(queue, one)),
      );
      return { Successful: done.filter((one) => !('Code' in one)), Failed: done.filter((one) => 'Code' in one) };
    };
  };
  return {
    'AmazonSQS.SendMessage': (input) => send(of(input), Send.parse(input)),
    'AmazonSQS.SendMessageBatch': batch(Send, send),
    'AmazonSQS.DeleteMessage': (input) => remove(of(input), Receipt.parse(input)),
    'AmazonSQS.DeleteMessageBatch': batch(Receipt, remove),
    'AmazonSQS.ChangeMessageVisibility': (input) => change(of(input), Visibility.parse(input)),
    'AmazonSQS.ChangeMessageVisibilityBatch': batch(Visibility, change),
    'AmazonSQS.GetQueueAttributes': (input) => ({ Attributes: attributesOf(of(input)) }),
    'AmazonSQS.ReceiveMessage': (input) => receive(of(input), Receive.parse(input), closing),
  };
}

function entryOf(Id: string, act: () => object): object {
  try {
    return { Id, ...act() };
  } catch (error) {
    if (!(error instanceof ServiceError)) throw error;
    return { Id, Code: error.code, Message: error.message, SenderFault: true };
  }
}

const md5 = (text: string) => createHash('md5').update(text).digest('hex');

function send(queue: Queue, { MessageBody, MessageGroupId, MessageDeduplicationId }: z.output<typeof Send>) {
  const { id, sequence } = queue.send(MessageBody, MessageGroupId, MessageDeduplicationId);
  return { MessageId: id, SequenceNumber: sequence, MD5OfMessageBody: md5(MessageBody) };
}

function remove(queue: Queue, { ReceiptHandle }: z.output<typeof Receipt>) {
  if (!queue.remove(ReceiptHandle)) throw new ServiceError('ReceiptHandleIsInvalid', 'The receipt handle has expired.');
  return {};
}

function change(queue: Queue, { ReceiptHandle, VisibilityTimeout }: z.output<typeof Visibility>) {
  const changed = queue.changeVisibility(ReceiptHandle, VisibilityTimeout * 1000);
  if (!changed) throw new ServiceError('MessageNotInflight', 'The message is not in flight.');
  return {};
}

function attributesOf({ attributes, counts }: Queue) {
  const { visible, inFlight } = counts();
  return {
    ...attributes,
    ApproximateNumberOfMessages: String(visible),
    ApproximateNumberOfMessagesNotVisible: String(inFlight),
    ApproximateNumberOfMessagesDelayed: '0',
  };
}

async function receive(queue: Queue, asked: z.output<typeof Receive>, closing: AbortSignal) {
  const end = Date.now() + asked.WaitTimeSeconds * 1000;
  const visibility = asked.VisibilityTimeout === undefined ? undefined : asked.VisibilityTimeout * 1000;
  for (;;) {
    const taken = queue.receive(asked.MaxNumberOfMessages, visibility);
    if (taken.length > 0 || Date.now() >= end || closing.aborted) return { Messages: taken.map(toMessage) };
    await wait(LOOK);
  }
}

function toMessage({ id, body, receipt, group, deduplicationId, sequence, sentAt, receives, firstReceivedAt }: Held) {
  return {
    MessageId: id,
    ReceiptHandle: receipt,
    Body: body,
    MD5OfBody: md5(body),
    Attributes: {
      SenderId: 'local',
      SentTimestamp: String(sentAt),
      ApproximateReceiveCount: String(receives),
      ApproximateFirstReceiveTimestamp: String(firstReceivedAt),
      SequenceNumber: sequence,
      MessageGroupId: group,
      MessageDeduplicationId: deduplicationId,
    },
  };
}
