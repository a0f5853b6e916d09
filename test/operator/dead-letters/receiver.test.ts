import { SQS } from '@aws-sdk/client-sqs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createReceiver, WAIT } from '../../../src/operator/dead-letters/receiver.ts';
import { CREDENTIALS } from '../../../stand-ins/account.ts';
import { type Queues, startQueues } from '../../../stand-ins/sqs/service.ts';

const REGION = 'eu-central-1';
const NAME = 'dead.fifo';
let queues: Queues;
let sqs: SQS;
beforeEach(async () => {
  queues = await startQueues(REGION);
  sqs = new SQS({ region: REGION, endpoint: queues.url, credentials: CREDENTIALS });
  await queues.create({ QueueName: NAME, FifoQueue: 'true' });
});
afterEach(async () => {
  sqs.destroy();
  await queues.close();
});

const queue = () => `${queues.url}/000000000000/${NAME}`;
const die = (id: string) => queues.find(NAME)?.send({ body: id, group: id });
const served = () => queues.find(NAME) ?? expect.unreachable();
/** What a receiver with this wait finds. */
async function found(wait: number, max = 100, more: { visibility?: number } = {}) {
  const dead = { service: 'dcs' as const, queue: queue(), source: queue(), count: 0 };
  const receiver = createReceiver(sqs, [dead], { max, wait, ...more, signal: AbortSignal.timeout(5000) });
  const received = await receiver.next();
  await receiver.release();
  return received.map(({ message }) => message.Body);
}

describe('receiving dead letters', () => {
  it('waits, so that SQS asks all of its servers', async () => {
    die('a');
    served().falselyEmpty = 5;
    expect(await found(WAIT)).toEqual(['a']);
    expect(served().falselyEmpty).toBe(5);
  });

  it('asks once more after a receive that found nothing', async () => {
    for (const id of ['a', 'b', 'c']) die(id);
    served().falselyEmpty = 1;
    expect(await found(0)).toEqual(['a', 'b', 'c']);
  });

  it('ends after two receives that found nothing', async () => {
    die('a');
    served().falselyEmpty = 2;
    expect(await found(0)).toEqual([]);
    expect(await found(0)).toEqual(['a']);
  });

  it('ends when only messages come that it has seen', async () => {
    const ids = Array.from({ length: 25 }, (_, at) => `m${at}`);
    for (const id of ids) die(id);
    const messages = await found(0, Number.MAX_SAFE_INTEGER, { visibility: 0 });
    expect(new Set(messages).size).toBe(messages.length);
    expect(messages.slice(0, 10)).toEqual(ids.slice(0, 10));
  });

  it('takes no more than were asked for, but for those of the last receive', async () => {
    for (let id = 0; id < 25; id++) die(`m${id}`);
    expect(await found(0, 11)).toHaveLength(20);
  });
});
