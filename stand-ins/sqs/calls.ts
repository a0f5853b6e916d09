import { createHash } from 'node:crypto';
import { EventEmitter, once } from 'node:events';
import type * as z from 'zod';
import { ServiceError, type Targets } from '../json-server.ts';
import { Change, Receipt, Receive, read, readBatch, Send } from './inputs.ts';
import { md5, toSdkMessage } from './message.ts';
import type { Queue, ReceiptError } from './queue.ts';

/** A queue with its attributes, and a way to notify waiting receivers when something may be received. */
export interface ServedQueue extends Queue {
  arn: string;
  attributes: Record<string, string>;
  events: EventEmitter;
  /**
   * How many short polls will find nothing although there are messages, because SQS asks only some of its servers then
   * (Developer Guide, "Amazon SQS short and long polling").
   */
  falselyEmpty: number;
  /** True while its key is disabled: no message can be sent or received then (SQS API reference, KmsDisabled). */
  isKeyDisabled: boolean;
}

/** Makes a queue notify waiting receivers. */
export function serve(queue: Queue, arn: string, attributes: Record<string, string>): ServedQueue {
  const events = new EventEmitter().setMaxListeners(0);
  queue.onReady(() => events.emit('ready'));
  return { ...queue, arn, attributes, events, falselyEmpty: 0, isKeyDisabled: false };
}

/** SQS's calls about messages, as its client sends them. In a batch, every entry has its own answer. */
export function messageCalls(of: (input: unknown) => ServedQueue, closing: AbortSignal): Targets {
  const single =
    <Entry>(entry: z.ZodType<Entry>, act: (queue: ServedQueue, one: Entry) => object) =>
    (input: unknown) =>
      act(of(input), read(entry, input));
  const batch =
    <Entry extends z.ZodObject>(entry: Entry, act: (queue: ServedQueue, one: z.output<Entry>) => object) =>
    (input: unknown) => {
      const queue = of(input);
      const done = readBatch(entry, input).map((one) => entryOf(one.Id, () => act(queue, one)));
      return { Successful: done.filter((one) => !('Code' in one)), Failed: done.filter((one) => 'Code' in one) };
    };
  return {
    'AmazonSQS.SendMessage': single(Send, send),
    'AmazonSQS.SendMessageBatch': batch(Send, send),
    'AmazonSQS.DeleteMessage': single(Receipt, remove),
    'AmazonSQS.DeleteMessageBatch': batch(Receipt, remove),
    'AmazonSQS.ChangeMessageVisibility': single(Change, change),
    'AmazonSQS.ChangeMessageVisibilityBatch': batch(Change, change),
    'AmazonSQS.ReceiveMessage': (input, gone) => receive(of(input), read(Receive, input), closing, gone),
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

function requireKey({ isKeyDisabled }: ServedQueue): void {
  if (isKeyDisabled) throw new ServiceError('KmsDisabled', "The request was denied because the key isn't enabled.");
}

function send(queue: ServedQueue, { MessageBody: body, MessageGroupId = '', ...rest }: z.output<typeof Send>) {
  requireKey(queue);
  const { FifoQueue, ContentBasedDeduplication } = queue.attributes;
  const deduplicationId =
    rest.MessageDeduplicationId ?? (ContentBasedDeduplication === 'true' ? sha256(body) : undefined);
  if (FifoQueue === 'true') requireNames(MessageGroupId, deduplicationId);
  const { id, sequence } = queue.send({ body, group: MessageGroupId, deduplicationId });
  return { MessageId: id, MD5OfMessageBody: md5(body), ...(sequence !== '' && { SequenceNumber: sequence }) };
}

const sha256 = (body: string) => createHash('sha256').update(body).digest('hex');

function requireNames(group: string, deduplicationId: string | undefined): void {
  if (group === '')
    throw new ServiceError('MissingParameter', 'The request must contain the parameter MessageGroupId.');
  if (deduplicationId === undefined)
    throw new ServiceError(
      'InvalidParameterValue',
      'The queue should either have ContentBasedDeduplication enabled or MessageDeduplicationId provided explicitly',
    );
}

const REFUSALS: Record<ReceiptError, string> = {
  ReceiptHandleIsInvalid: 'The receipt handle has expired.',
  MessageNotInflight: 'The message is not in flight.',
  InvalidParameterValue: 'The total VisibilityTimeout must not end later than twelve hours after the receive.',
};

function answer(refusal: ReceiptError | undefined): object {
  if (refusal) throw new ServiceError(refusal, REFUSALS[refusal]);
  return {};
}

const remove = (queue: ServedQueue, { ReceiptHandle }: z.output<typeof Receipt>) => answer(queue.remove(ReceiptHandle));

const change = (queue: ServedQueue, { ReceiptHandle, VisibilityTimeout }: z.output<typeof Change>) =>
  answer(queue.changeVisibility(ReceiptHandle, VisibilityTimeout * 1000));

async function receive(queue: ServedQueue, input: z.output<typeof Receive>, closing: AbortSignal, gone: AbortSignal) {
  const { MaxNumberOfMessages, WaitTimeSeconds, VisibilityTimeout } = input;
  if (WaitTimeSeconds === 0 && queue.falselyEmpty > 0) {
    queue.falselyEmpty -= 1;
    return { Messages: [] };
  }
  const visibility = VisibilityTimeout === undefined ? undefined : VisibilityTimeout * 1000;
  const over = WaitTimeSeconds === 0 ? AbortSignal.abort() : AbortSignal.timeout(WaitTimeSeconds * 1000);
  const signal = AbortSignal.any([over, closing, gone]);
  // For a caller that has gone, messages would be in flight with nobody.
  const take = () => (gone.aborted ? [] : queue.receive(MaxNumberOfMessages, visibility));
  for (;;) {
    requireKey(queue);
    const received = take();
    if (received.length > 0 || signal.aborted)
      return { Messages: received.map((one) => withAttributes(toSdkMessage(one), input)) };
    await once(queue.events, 'ready', { signal }).catch(() => undefined);
  }
}

/** A message with only the requested system attributes. */
function withAttributes({ Attributes, ...message }: ReturnType<typeof toSdkMessage>, input: z.output<typeof Receive>) {
  const names = new Set([...input.MessageSystemAttributeNames, ...input.AttributeNames]);
  const wanted = Object.entries(Attributes).filter(([name]) => names.has('All') || names.has(name));
  return { ...message, ...(wanted.length > 0 && { Attributes: Object.fromEntries(wanted) }) };
}
