import { randomUUID } from 'node:crypto';
import { userInfo } from 'node:os';
import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import {
  ChangeMessageVisibilityBatchCommand,
  DeleteMessageCommand,
  type Message,
  ReceiveMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import type { Forecast } from '../../src/cli/dead-letters/forecast.ts';
import { namedIn, toWord } from '../../src/cli/stage/operator.ts';
import { writeJson } from '../../src/lib/change/json.ts';
import type { Attached } from './console.ts';
import type { Known } from './known.ts';

/** Long enough to find one letter among those of its queue. */
const VISIBILITY = 5;
const MOST_ROUNDS = 50;

/** What a replay would only spoil stays where it is. */
const HELPS: ReadonlySet<Forecast['kind']> = new Set(['call', 'publish-again', 'read-first', 'out-of-order']);
export const helps = ({ kind }: Forecast) => HELPS.has(kind);

/**
 * Puts a dead letter back: sends first, then deletes, so that nothing is lost in between; the ledger absorbs what comes
 * double. Leaves a line in the story. False if it is no longer there.
 */
export async function replay({ stack, settings, send }: Attached, known: Known, forecast: Forecast): Promise<boolean> {
  const { dead } = known;
  if (!dead) return false;
  const { queueUrl: QueueUrl, messageId } = dead;
  const credentials = { accessKeyId: 'console', secretAccessKey: 'local' };
  const { region } = settings;
  const sqs = new SQSClient({ region, endpoint: stack.endpoints.AWS_ENDPOINT_URL_SQS ?? '', credentials });
  const bus = new EventBridgeClient({
    region,
    endpoint: stack.endpoints.AWS_ENDPOINT_URL_EVENTBRIDGE ?? '',
    credentials,
  });
  try {
    const { found, others } = await receiveUntil(sqs, QueueUrl, messageId);
    await release(sqs, QueueUrl, others);
    if (!found) return false;
    await send({ text: found.Body ?? '', via: 'queue' });
    await sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle: found.ReceiptHandle }));
    const data = {
      change: namedIn(known.change),
      message: messageId,
      forecast: forecast.kind,
      operator: userInfo().username,
    };
    const word = toWord({ source: `migration-relay.${settings.stage}` }, { verb: 'replayed', data }, Date.now());
    const entry = { EventBusName: settings.bus, Source: word.source, DetailType: word.type, Detail: writeJson(word) };
    await bus.send(new PutEventsCommand({ Entries: [entry] }));
    return true;
  } finally {
    sqs.destroy();
    bus.destroy();
  }
}

async function receiveUntil(sqs: SQSClient, QueueUrl: string, messageId: string) {
  const others: Message[] = [];
  for (let round = 0; round < MOST_ROUNDS; round += 1) {
    const ask = { QueueUrl, MaxNumberOfMessages: 10, VisibilityTimeout: VISIBILITY, WaitTimeSeconds: 0 };
    const { Messages = [] } = await sqs.send(new ReceiveMessageCommand(ask));
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
