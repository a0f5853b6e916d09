import {
  ChangeMessageVisibilityBatchCommand,
  ChangeMessageVisibilityCommand,
  DeleteMessageBatchCommand,
  DeleteMessageCommand,
  GetQueueAttributesCommand,
  GetQueueUrlCommand,
  ReceiveMessageCommand,
  SendMessageBatchCommand,
  SendMessageCommand,
} from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Queues, startQueues } from '../../../stand-ins/sqs/service.ts';

let queues: Queues;
const heard: string[] = [];
const url = (name: string) => `${queues.url}/000000000000/${name}`;
const QueueUrl = () => url('main.fifo');
beforeAll(async () => {
  queues = await startQueues('eu-central-1', { onSent: (body, to) => heard.push(`${to.split('/').at(-1)}: ${body}`) });
  const deadLetterTargetArn = 'arn:aws:sqs:eu-central-1:000000000000:dead.fifo';
  const RedrivePolicy = { deadLetterTargetArn, maxReceiveCount: 1 };
  await queues.create({ QueueName: 'main.fifo', FifoQueue: true, VisibilityTimeout: 1, RedrivePolicy });
  await queues.create({ QueueName: 'dead.fifo', FifoQueue: true });
  await queues.create({ QueueName: 'standard' });
});
afterAll(() => queues.close());

const ids = (group: string, id: string) => ({ MessageGroupId: group, MessageDeduplicationId: id });
const send = (body: string, group: string) =>
  queues.client.send(new SendMessageCommand({ QueueUrl: QueueUrl(), MessageBody: body, ...ids(group, body) }));
const receive = async (from = QueueUrl(), WaitTimeSeconds = 2) => {
  const asked = { MaxNumberOfMessages: 10, WaitTimeSeconds, MessageSystemAttributeNames: ['All' as const] };
  return (await queues.client.send(new ReceiveMessageCommand({ QueueUrl: from, ...asked }))).Messages ?? [];
};
/** Waits for messages, and goes away. */
async function leave() {
  const gone = new AbortController();
  const command = new ReceiveMessageCommand({ QueueUrl: QueueUrl(), WaitTimeSeconds: 20 });
  const waiting = queues.client.send(command, { abortSignal: gone.signal });
  await new Promise((passed) => setTimeout(passed, 100));
  gone.abort();
  await expect(waiting).rejects.toMatchObject({ name: 'AbortError' });
}
const entry = (Id: string) => ({ Id, MessageBody: Id, ...ids('x', Id) });
const sendBatch = (Entries: ReturnType<typeof entry>[]) =>
  queues.client.send(new SendMessageBatchCommand({ QueueUrl: QueueUrl(), Entries }));

describe('SQS for its real client', () => {
  it('gives nothing to a caller who has gone while it waited', async () => {
    await leave();
    await send('for the next', 'left');
    const [message] = await receive();
    expect(message).toMatchObject({ Body: 'for the next', Attributes: { ApproximateReceiveCount: '1' } });
    await queues.client.send(new DeleteMessageCommand({ QueueUrl: QueueUrl(), ReceiptHandle: message?.ReceiptHandle }));
  });

  it('transports messages, singly and in batches', async () => {
    await send('one', 'x');
    expect((await sendBatch(['two', 'three', 'four'].map(entry))).Successful).toHaveLength(3);
    const messages = await receive();
    expect(messages.map(({ Body }) => Body)).toEqual(['one', 'two', 'three', 'four']);
    expect(messages[0]?.Attributes).toMatchObject({ MessageGroupId: 'x', ApproximateReceiveCount: '1' });
    const [first, ...others] = messages.map(({ ReceiptHandle }) => ReceiptHandle);
    await queues.client.send(new DeleteMessageCommand({ QueueUrl: QueueUrl(), ReceiptHandle: first }));
    const gone = others.map((ReceiptHandle, index) => ({ Id: `${index}`, ReceiptHandle }));
    const removed = await queues.client.send(new DeleteMessageBatchCommand({ QueueUrl: QueueUrl(), Entries: gone }));
    expect(removed.Successful).toHaveLength(3);
    const again = await queues.client.send(new DeleteMessageBatchCommand({ QueueUrl: QueueUrl(), Entries: gone }));
    expect(again.Failed?.map(({ Code }) => Code)).toEqual(Array(3).fill('ReceiptHandleIsInvalid'));
  });

  it('neither takes nor gives a message while its key is disabled', async () => {
    const served = queues.find('standard');
    await queues.client.send(new SendMessageCommand({ QueueUrl: url('standard'), MessageBody: 'before' }));
    Object.assign(served ?? {}, { isKeyDisabled: true });
    const refused = { name: 'KmsDisabled' };
    const more = new SendMessageCommand({ QueueUrl: url('standard'), MessageBody: 'more' });
    await expect(queues.client.send(more)).rejects.toMatchObject(refused);
    await expect(receive(url('standard'))).rejects.toMatchObject(refused);
    Object.assign(served ?? {}, { isKeyDisabled: false });
    expect((await receive(url('standard'))).map(({ Body }) => Body)).toEqual(['before']);
  });

  it('wakes a waiting receiver, and moves what was received too often to the dead-letter queue', async () => {
    const waiting = receive();
    await send('unlucky', 'y');
    const [message] = await waiting;
    const { ReceiptHandle } = message ?? {};
    const visible = { QueueUrl: QueueUrl(), ReceiptHandle, VisibilityTimeout: 30 };
    await queues.client.send(new ChangeMessageVisibilityCommand(visible));
    const Entries = [{ Id: '0', ReceiptHandle, VisibilityTimeout: 0 }];
    await queues.client.send(new ChangeMessageVisibilityBatchCommand({ QueueUrl: QueueUrl(), Entries }));
    const [dead] = await Promise.all([receive(url('dead.fifo')), receive()]);
    expect(dead.map(({ Body }) => Body)).toEqual(['unlucky']);
  });

  it('returns the attributes of a message that were requested, and no others', async () => {
    const QueueUrl = url('standard');
    await queues.client.send(new SendMessageCommand({ QueueUrl, MessageBody: 'plain' }));
    const wanted = ['SentTimestamp' as const];
    const command = new ReceiveMessageCommand({ QueueUrl, MessageSystemAttributeNames: wanted });
    const { Messages } = await queues.client.send(command);
    expect(Messages).toMatchObject([{ Body: 'plain', Attributes: { SentTimestamp: expect.any(String) } }]);
    expect(Object.keys(Messages?.[0]?.Attributes ?? {})).toEqual(wanted);
  });

  it('returns how many messages it holds, and which queues exist', async () => {
    const command = new GetQueueAttributesCommand({ QueueUrl: QueueUrl(), AttributeNames: ['All'] });
    expect((await queues.client.send(command)).Attributes).toMatchObject({
      ApproximateNumberOfMessages: '0',
      ApproximateNumberOfMessagesNotVisible: '0',
      QueueArn: 'arn:aws:sqs:eu-central-1:000000000000:main.fifo',
      VisibilityTimeout: '1',
    });
    const found = await queues.client.send(new GetQueueUrlCommand({ QueueName: 'main.fifo' }));
    expect(found.QueueUrl).toBe(QueueUrl());
    await expect(receive(url('none.fifo'))).rejects.toThrow('does not exist');
  });

  it('lets an observer see what is sent, and look into a queue', async () => {
    await queues.client.send(
      new SendMessageCommand({ QueueUrl: url('dead.fifo'), MessageBody: 'seen', ...ids('z', 'seen') }),
    );
    expect(heard).toContain('dead.fifo: seen');
    expect(queues.find(url('dead.fifo'))?.messages()).toMatchObject([{}, { body: 'seen', group: 'z' }]);
  });
});

describe('a queue that deduplicates by content', () => {
  it('takes the body for the id of a message that has none', async () => {
    await queues.create({ QueueName: 'by-content.fifo', FifoQueue: true, ContentBasedDeduplication: true });
    const to = (MessageBody: string, more = {}) =>
      queues.client.send(
        new SendMessageCommand({ QueueUrl: url('by-content.fifo'), MessageBody, MessageGroupId: 'g', ...more }),
      );
    await to('one');
    await to('one');
    await to('two');
    await to('one', { MessageDeduplicationId: 'its-own' });
    expect(
      queues
        .find('by-content.fifo')
        ?.messages()
        .map(({ body }) => body),
    ).toEqual(['one', 'two', 'one']);
  });
});

describe('SQS refuses', () => {
  const fifo = (rest: object) =>
    queues.client.send(new SendMessageCommand({ QueueUrl: QueueUrl(), MessageBody: 'x', ...rest }));

  it.each([
    ['a message without a group', () => fifo({ MessageDeduplicationId: 'd' }), 'MissingParameter'],
    ['one without a deduplication id', () => fifo({ MessageGroupId: 'g' }), 'InvalidParameterValue'],
    ['one that is too long', () => send('x'.repeat(1_048_577), 'g'), 'InvalidParameterValue'],
    ['a batch of nothing', () => sendBatch([]), 'EmptyBatchRequest'],
    ['eleven in a batch', () => sendBatch(Array.from('abcdefghijk', entry)), 'TooManyEntriesInBatchRequest'],
    ['two of one id', () => sendBatch([entry('a'), entry('a')]), 'BatchEntryIdsNotDistinct'],
    [
      'a batch that is too long',
      () => sendBatch(['a', 'b'].map((Id) => ({ ...entry(Id), MessageBody: 'x'.repeat(600_000) }))),
      'BatchRequestTooLong',
    ],
  ])('%s', async (_what, call, name) => {
    await expect(call()).rejects.toMatchObject({ name });
  });
});
