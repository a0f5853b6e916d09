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
import { createFifoQueue, type Held } from '../../../faults/processes/fifo-queue.ts';
import { startFifoQueues } from '../../../faults/processes/fifo-service.ts';
import type { Queues } from '../../../local/aws/queues.ts';

function queueAt(clock: { now: number }, settings: { maxReceives?: number; deduplicatesByGroup?: boolean } = {}) {
  const buried: Held[] = [];
  const queue = createFifoQueue(
    {
      visibility: 9000,
      maxReceives: settings.maxReceives ?? 3,
      bury: (message) => buried.push(message),
      deduplicatesByGroup: settings.deduplicatesByGroup ?? true,
    },
    () => clock.now,
  );
  let sent = 0;
  const send = (...bodies: string[]) => {
    for (const body of bodies) queue.send(body, body.slice(0, 1), `${sent++}`);
  };
  const receive = (most = 10) => queue.receive(most);
  return { queue, buried, send, receive };
}
const bodies = (messages: { body: string }[]) => messages.map(({ body }) => body);

describe('a FIFO queue', () => {
  it('hands out up to ten messages of one group in a receive, in the order of their sending', () => {
    const { send, receive } = queueAt({ now: 0 });
    const twelve = Array.from({ length: 12 }, (_, index) => `a${index}`);
    send(...twelve);
    expect(bodies(receive())).toEqual(twelve.slice(0, 10));
  });

  it('fills a receive with other groups, and never gives more than was asked for', () => {
    const { send, receive } = queueAt({ now: 0 });
    send('a1', 'b1', 'a2', 'b2');
    expect(bodies(receive(3))).toEqual(['a1', 'a2', 'b1']);
  });

  it('blocks a group while any of its messages is in flight, and no other group', () => {
    const { queue, send, receive } = queueAt({ now: 0 });
    send('a1', 'a2', 'a3');
    const [first, second] = receive(2);
    send('b1');
    expect(bodies(receive())).toEqual(['b1']);
    queue.remove(first?.receipt ?? '');
    expect(receive()).toEqual([]);
    queue.remove(second?.receipt ?? '');
    expect(bodies(receive())).toEqual(['a3']);
  });

  it('gives a group in its order again when the visibility is over, and counts the receives', () => {
    const clock = { now: 0 };
    const { send, receive } = queueAt(clock);
    send('a1', 'a2');
    receive();
    clock.now = 8999;
    expect(receive()).toEqual([]);
    clock.now = 9000;
    const again = receive();
    expect(bodies(again)).toEqual(['a1', 'a2']);
    expect(again.map(({ receives }) => receives)).toEqual([2, 2]);
  });

  it('keeps a group blocked until the last of its members is visible again', () => {
    const clock = { now: 0 };
    const { queue, send, receive } = queueAt(clock);
    send('a1', 'a2');
    const [head, follower] = receive();
    queue.changeVisibility(head?.receipt ?? '', 500);
    queue.changeVisibility(follower?.receipt ?? '', 0);
    expect(receive()).toEqual([]);
    clock.now = 500;
    expect(bodies(receive())).toEqual(['a1', 'a2']);
  });

  it('knows a receipt only while its message is in flight', () => {
    const clock = { now: 0 };
    const { queue, send, receive } = queueAt(clock);
    send('a1');
    const receipt = receive()[0]?.receipt ?? '';
    clock.now = 9000;
    expect(queue.remove(receipt)).toBe(false);
    expect(queue.changeVisibility(receipt, 0)).toBe(false);
    receive();
    expect(queue.remove(receipt)).toBe(false);
    expect(queue.counts()).toEqual({ visible: 0, inFlight: 1 });
  });

  it('buries a message that was received too often, and goes on with the next of its group', () => {
    const clock = { now: 0 };
    const { buried, send, receive } = queueAt(clock, { maxReceives: 2 });
    send('a1');
    for (clock.now = 0; clock.now <= 9000; clock.now += 9000) expect(bodies(receive())).toEqual(['a1']);
    send('a2');
    expect(bodies(receive())).toEqual(['a2']);
    expect(bodies(buried)).toEqual(['a1']);
  });

  it('takes a deduplication id once in five minutes, within its group or for the whole queue', () => {
    const clock = { now: 0 };
    const { queue } = queueAt(clock);
    const first = queue.send('a1', 'a', 'same');
    expect(queue.send('a1', 'a', 'same')).toEqual(first);
    queue.send('b1', 'b', 'same');
    expect(queue.counts().visible).toBe(2);
    clock.now = 300_000;
    expect(queue.send('a1', 'a', 'same')).not.toEqual(first);
    const whole = queueAt(clock, { deduplicatesByGroup: false }).queue;
    whole.send('a1', 'a', 'same');
    whole.send('b1', 'b', 'same');
    expect(whole.counts().visible).toBe(1);
  });

  it('numbers messages in the order of their sending', () => {
    const { send, receive } = queueAt({ now: 0 });
    send('b1', 'a1', 'b2');
    const sequences = new Map(receive().map(({ body, sequence }) => [body, BigInt(sequence)]));
    expect([...sequences].sort(([, one], [, other]) => Number(one - other)).map(([body]) => body)).toEqual([
      'b1',
      'a1',
      'b2',
    ]);
  });
});

describe('its service', () => {
  let queues: Queues;
  const url = (name: string) => `${queues.url}/000000000000/${name}`;
  const QueueUrl = () => url('main.fifo');
  beforeAll(async () => {
    queues = await startFifoQueues('eu-central-1');
    await queues.create({ QueueName: 'dead.fifo', FifoQueue: true });
    const deadLetterTargetArn = 'arn:aws:sqs:eu-central-1:000000000000:dead.fifo';
    const RedrivePolicy = { deadLetterTargetArn, maxReceiveCount: 1 };
    await queues.create({ QueueName: 'main.fifo', FifoQueue: true, VisibilityTimeout: 1, RedrivePolicy });
  });
  afterAll(() => queues.close());

  const send = (body: string, group: string) =>
    queues.client.send(
      new SendMessageCommand({
        QueueUrl: QueueUrl(),
        MessageBody: body,
        MessageGroupId: group,
        MessageDeduplicationId: body,
      }),
    );
  const receive = async (from = QueueUrl()) => {
    const command = new ReceiveMessageCommand({ QueueUrl: from, MaxNumberOfMessages: 10, WaitTimeSeconds: 2 });
    return (await queues.client.send(command)).Messages ?? [];
  };

  it('carries messages for the real client, singly and in batches', async () => {
    await send('one', 'x');
    const entry = (Id: string) => ({ Id, MessageBody: Id, MessageGroupId: 'x', MessageDeduplicationId: Id });
    const Entries = [entry('two'), entry('three'), entry('four')];
    const sent = await queues.client.send(new SendMessageBatchCommand({ QueueUrl: QueueUrl(), Entries }));
    expect(sent.Successful).toHaveLength(3);
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

  it('wakes who waits, and moves what came too often to the dead-letter queue', async () => {
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

  it('tells how many messages it holds, and which queues there are', async () => {
    const command = new GetQueueAttributesCommand({ QueueUrl: QueueUrl(), AttributeNames: ['All'] });
    expect((await queues.client.send(command)).Attributes).toMatchObject({
      ApproximateNumberOfMessages: '0',
      ApproximateNumberOfMessagesNotVisible: '0',
      VisibilityTimeout: '1',
    });
    const found = await queues.client.send(new GetQueueUrlCommand({ QueueName: 'main.fifo' }));
    expect(found.QueueUrl).toBe(QueueUrl());
    await expect(receive(url('none.fifo'))).rejects.toThrow('does not exist');
  });
});
