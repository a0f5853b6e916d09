import { randomUUID } from 'node:crypto';
import { userInfo } from 'node:os';
import {
  ChangeMessageVisibilityBatchCommand,
  type Message,
  ReceiveMessageCommand,
  type SQSClient,
} from '@aws-sdk/client-sqs';
import type { Forecast } from '../../src/cli/dead-letters/forecast.ts';
import { putBack } from '../../src/cli/dead-letters/put-back.ts';
import type { Known } from './known.ts';
import type { Attached } from './parts.ts';

/** Long enough to find one letter among those of its queue. */
const VISIBILITY = 5;
const MOST_ROUNDS = 50;

/** Puts a dead letter back, as the command does. False if it is no longer there. */
export async function replay({ operating }: Attached, known: Known, forecast: Forecast): Promise<boolean> {
  const { dead, change } = known;
  if (!dead) return false;
  const { queueUrl: queue, messageId } = dead;
  const sqs = await operating.clients.sqs();
  const { found, others } = await receiveUntil(sqs, queue, messageId);
  await release(sqs, queue, others);
  if (!found) return false;
  const letter = { message: found, change, queue, source: queue.replace('-dead.fifo', '.fifo'), forecast };
  await putBack(operating, letter, userInfo().username, () => {});
  return true;
}

async function receiveUntil(sqs: SQSClient, QueueUrl: string, messageId: string) {
  const others: Message[] = [];
  const ask = { QueueUrl, MaxNumberOfMessages: 10, VisibilityTimeout: VISIBILITY, WaitTimeSeconds: 0 };
  for (let round = 0; round < MOST_ROUNDS; round += 1) {
    const command = new ReceiveMessageCommand({ ...ask, MessageSystemAttributeNames: ['All'] });
    const { Messages = [] } = await sqs.send(command);
    const found = Messages.find(({ MessageId }) => MessageId === messageId);
    others.push(...Messages.filter((message) => message !== found));
    if (found || Messages.length === 0) return { found, others };
  }
  return { found: undefined, others };
}

async function release(sqs: SQSClient, QueueUrl: string, messages: Message[]): Promise<void> {
  for (let from = 0; from < messages.length; from += 10) {
    const Entries = messages
      .slice(from, from + 10)
      .map(({ ReceiptHandle }) => ({ Id: randomUUID(), ReceiptHandle, VisibilityTimeout: 0 }));
    await sqs.send(new ChangeMessageVisibilityBatchCommand({ QueueUrl, Entries }));
  }
}
