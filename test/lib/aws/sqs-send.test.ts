import { randomUUID } from 'node:crypto';
import { CreateQueueCommand, ReceiveMessageCommand } from '@aws-sdk/client-sqs';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { AwsCall } from '../../../src/lib/aws/call.ts';
import { SQS } from '../../../src/lib/aws/services.ts';
import { createPostpone, createRemove } from '../../../src/lib/aws/sqs-receipts.ts';
import { createEnqueue } from '../../../src/lib/aws/sqs-send.ts';
import type { Message } from '../../../src/lib/change/message.ts';
import { ServiceError } from '../../../stand-ins/json-server.ts';
import { type Queues, startQueues } from '../../../stand-ins/sqs/service.ts';
import { awsCallAt } from '../../support/aws-call.ts';
import { startSilentServer } from '../../support/silent-server.ts';
import { sqsRecord } from '../../support/sqs-record.ts';
import { type SqsStandIn, startSqsStandIn } from '../../support/sqs-stand-in.ts';

let queues: Queues;
let service: SqsStandIn;
let call: AwsCall;
beforeAll(async () => {
  [queues, service] = await Promise.all([startQueues('eu-central-1'), startSqsStandIn()]);
  call = awsCallAt(SQS, service.url);
});
afterEach(() => service.reset());
afterAll(() => Promise.all([queues.close(), service.stop()]));

const message = (over: Partial<Message> = {}): Message => ({
  service: 'dcs',
  body: '{}',
  group: randomUUID(),
  deduplicationId: randomUUID(),
  ...over,
});

/** A FIFO queue, and the bodies that it holds, by group. */
async function createQueue() {
  const QueueName = `${randomUUID()}.fifo`;
  await queues.client.send(new CreateQueueCommand({ QueueName, Attributes: { FifoQueue: 'true' } }));
  const url = `${queues.url}/000000000000/${QueueName}`;
  const receive = async (): Promise<string[]> => {
    const asked = { QueueUrl: url, MaxNumberOfMessages: 10, AttributeNames: ['All' as const] };
    const { Messages = [] } = await queues.client.send(new ReceiveMessageCommand(asked));
    return Messages.map(({ Body, Attributes }) => `${Attributes?.MessageGroupId}: ${Body}`).sort();
  };
  return { url, receive };
}

describe('messages', () => {
  it('arrive in the FIFO queues of their services, each in its group', async () => {
    const [dcs, sms] = [await createQueue(), await createQueue()];
    const enqueue = createEnqueue(awsCallAt(SQS, queues.url), { dcs: dcs.url, sms: sms.url });
    await enqueue([
      message({ body: 'one', group: 'a' }),
      message({ body: 'two', group: 'b', service: 'sms' }),
      message({ body: '{"three":"\\ufffe ü 漢"}', group: 'c' }),
    ]);
    expect(await dcs.receive()).toEqual(['a: one', 'c: {"three":"\\ufffe ü 漢"}']);
    expect(await sms.receive()).toEqual(['b: two']);
  });

  it('that were queued before are accepted and dropped', async () => {
    const { url, receive } = await createQueue();
    const enqueue = createEnqueue(awsCallAt(SQS, queues.url), { dcs: url });
    const sent = message({ body: 'one', group: 'a' });
    for (let count = 0; count < 3; count++) await enqueue([sent]);
    await enqueue([sent, message({ body: 'two', group: 'b' })]);
    expect(await receive()).toEqual(['a: one', 'b: two']);
    expect(await receive()).toEqual([]);
  });

  it('of one group go one by one, so that a refused one stops those after it', async () => {
    const enqueue = createEnqueue(call, { dcs: 'http://queue/dcs' });
    const groups = ['a', 'b', 'a', 'a', 'c'];
    await enqueue(groups.map((group) => message({ group })));
    expect(service.sent.map(({ Entries }) => Entries.map(({ MessageGroupId }) => MessageGroupId))).toEqual([
      ['a', 'b'],
      ['a'],
      ['a', 'c'],
    ]);
  });

  it.each([
    [0, []],
    [1, [1]],
    [10, [10]],
    [11, [10, 1]],
    [100, Array(10).fill(10)],
  ])('are sent ten at a time: %i', async (count, sizes) => {
    const enqueue = createEnqueue(call, { dcs: 'http://queue/dcs' });
    await enqueue(Array.from({ length: count }, (_none, index) => message({ body: `${index}` })));
    expect(service.sent.map(({ Entries }) => Entries.length)).toEqual(sizes);
    const bodies = service.sent.flatMap(({ Entries }) => Entries.map(({ MessageBody }) => MessageBody));
    expect(bodies).toEqual(Array.from({ length: count }, (_none, index) => `${index}`));
  });

  it.each([
    ['bytes, not characters', ['ü'.repeat(250_000), 'ü'.repeat(250_000), 'x'], [2, 1]],
    ['the sum', ['x'.repeat(400_000), 'x'.repeat(400_000), 'x'.repeat(400_000)], [2, 1]],
    ['counted again in each run', ['x'.repeat(900_000), 'x'.repeat(200_000), 'x'.repeat(700_000)], [1, 2]],
  ])('are sent in requests as large as SQS accepts, counting %s', async (_what, bodies, sizes) => {
    const enqueue = createEnqueue(call, { dcs: 'http://queue/dcs' });
    await enqueue(bodies.map((body) => message({ body })));
    expect(service.sent.map(({ Entries }) => Entries.length)).toEqual(sizes);
    const bytes = service.sent.map(({ Entries }) =>
      Entries.reduce((sum, one) => sum + Buffer.byteLength(one.MessageBody), 0),
    );
    expect(Math.max(...bytes)).toBeLessThanOrEqual(1_048_576);
  });
});

describe('a queue', () => {
  const enqueue = () => createEnqueue(call, { dcs: 'http://queue/dcs' });

  it('that accepts only a part causes an error that names a code and no body', async () => {
    service.state.refuse = (body) => (body === 'CANARY' ? 'ThrottlingException' : undefined);
    const sent = [message(), message({ body: 'CANARY' }), message()];
    const error = await enqueue()(sent).catch((fault: unknown) => fault);
    expect(String(error)).toBe('Error: the queue refused 1 messages: ThrottlingException');
  });

  it('that fails in a later request has the earlier ones, which a repeat does not duplicate', async () => {
    service.state.fail = () => {
      if (service.sent.length === 1) throw new ServiceError('InternalFailure', 'CANARY', 500);
    };
    const sent = Array.from({ length: 15 }, () => message());
    await expect(enqueue()(sent)).rejects.toThrow();
    expect(service.sent.map(({ Entries }) => Entries.length)).toEqual([10]);
    service.reset();
    await enqueue()(sent);
    const again = service.sent.flatMap(({ Entries }) => Entries.map((entry) => entry.MessageDeduplicationId));
    expect(again).toEqual(sent.map(({ deduplicationId }) => deduplicationId));
  });

  it.each([
    ['refuses', new ServiceError('ThrottlingException', 'CANARY', 400)],
    ['fails', new ServiceError('InternalFailure', 'CANARY', 500)],
    ['may not be written to', new ServiceError('KMS.AccessDeniedException', 'CANARY', 400)],
  ])('that %s causes an error', async (_what, fault) => {
    service.state.fail = () => {
      throw fault;
    };
    await expect(enqueue()([message()])).rejects.toThrow();
  });

  it('that never answers is given up at the deadline', async () => {
    const { url, stop } = await startSilentServer();
    await expect(createEnqueue(awsCallAt(SQS, url, 100), { dcs: 'http://queue/dcs' })([message()])).rejects.toThrow();
    await stop();
  });

  it('that does not exist for a service causes an error, and nothing is sent to it', async () => {
    await expect(enqueue()([message({ service: 'sms' })])).rejects.toThrow('there is no queue for sms');
    expect(service.sent).toEqual([]);
  });
});

describe('a message that is delivered again later', () => {
  const postpone = () => createPostpone(call, 'http://queue/dcs');
  const records = [sqsRecord('a', 'g', ''), sqsRecord('b', 'g', '')];

  it.each([
    [0, 0],
    [1, 1],
    [999, 1],
    [1000, 1],
    [1001, 2],
    // SQS refuses twelve hours and more, counted from the receive.
    [39_600_000, 39_600],
    [43_200_000, 39_600],
    [99_999_999, 39_600],
  ])('after %i ms is hidden for %i whole seconds, and so are its followers', async (delay, seconds) => {
    await postpone()(records, delay);
    expect(service.changed).toEqual([
      {
        QueueUrl: 'http://queue/dcs',
        Entries: ['a', 'b'].map((id, index) => ({
          Id: String(index),
          ReceiptHandle: `receipt-${id}`,
          VisibilityTimeout: seconds,
        })),
      },
    ]);
  });

  it('causes an error if its queue refuses that', async () => {
    service.state.refuse = () => 'ReceiptHandleIsInvalid';
    await expect(postpone()(records, 1000)).rejects.toThrow(
      'the queue kept the visibility of 2 messages: ReceiptHandleIsInvalid',
    );
  });
});

describe('a finished message', () => {
  const records = [sqsRecord('a', 'g', ''), sqsRecord('b', 'g', '')];

  it('is deleted by its receipt', async () => {
    await createRemove(call, 'http://queue/dcs')(records);
    const Entries = ['a', 'b'].map((id, index) => ({ Id: String(index), ReceiptHandle: `receipt-${id}` }));
    expect(service.removed).toEqual([{ QueueUrl: 'http://queue/dcs', Entries }]);
  });

  it('causes an error if the queue does not delete it', async () => {
    service.state.refuse = (receipt) => (receipt === 'receipt-b' ? 'ReceiptHandleIsInvalid' : undefined);
    await expect(createRemove(call, 'http://queue/dcs')(records)).rejects.toThrow(
      'the queue kept 1 messages: ReceiptHandleIsInvalid',
    );
  });
});

describe('a reply of SQS that names nothing that failed', () => {
  const silent = (async () => ({})) as unknown as AwsCall;

  it('accepted every message', async () => {
    await createEnqueue(silent, { dcs: 'http://queue/dcs' })([message()]);
    await createPostpone(silent, 'http://queue/dcs')([sqsRecord('1', 'a', '{}')], 1000);
    await createRemove(silent, 'http://queue/dcs')([sqsRecord('1', 'a', '{}')]);
  });
});
