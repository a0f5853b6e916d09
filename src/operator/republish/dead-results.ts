import type { Message } from '@aws-sdk/client-sqs';
import { heartbeatSource } from '../../lib/change/heartbeat.ts';
import { isObject, parseJson } from '../../lib/json/exact-json.ts';
import { tryJson } from '../../lib/json/try-json.ts';
import type { Clock } from '../clock.ts';
import { createReceiver, WAIT } from '../dead-letters/receiver.ts';
import { eventIn } from '../evidence/published.ts';
import type { Stage } from '../stage/stage.ts';
import type { StoredEvent } from './publish.ts';

/** An event that the bus accepted and could not deliver. */
export interface DeadResult {
  message: Message;
  /** When the bus gave it up; milliseconds since 1970. */
  at: number;
  /** The event. Undefined if it is encrypted, or not an event of this stage. */
  event?: StoredEvent;
  /**
   * True if the bus could not decrypt the event. Nothing then shows which one it is (EventBridge User Guide, "Decrypting
   * events in EventBridge dead-letter queues").
   */
  isEncrypted: boolean;
  /** True for the result of a heartbeat, which is removed and not published: it would show a way that did not work. */
  isHeartbeat: boolean;
}

/** Seconds. All are received, and the ledger is read, before the first is removed. */
const VISIBILITY = 3600;

/**
 * Receives the dead letters of a stage's bus and of the rule that writes the log of results, gives them to `use`, and
 * releases those that it has not removed, also when `use` fails.
 */
export async function withDeadResults<Value>(
  stage: Stage,
  { signal }: Clock,
  use: (dead: DeadResult[], remove: (dead: DeadResult) => Promise<void>) => Promise<Value>,
): Promise<Value> {
  const sqs = await stage.clients.sqs();
  const { QueueUrl: queue = '' } = await sqs.getQueueUrl({ QueueName: stage.resultsDead });
  const options = { max: Number.MAX_SAFE_INTEGER, wait: stage.isLocal ? 0 : WAIT, visibility: VISIBILITY, signal };
  const receiver = createReceiver(sqs, [{ queue }], options);
  const remove = async ({ message }: DeadResult): Promise<void> => {
    await sqs.deleteMessage({ QueueUrl: queue, ReceiptHandle: message.ReceiptHandle });
    receiver.deleted(message);
  };
  try {
    const dead = (await receiver.next()).map(({ message }) => toDeadResult(message, stage));
    return await use(dead, remove);
  } finally {
    await receiver.release();
  }
}

function toDeadResult(message: Message, { source }: Stage): DeadResult {
  const body = message.Body ?? '';
  const at = Number(message.Attributes?.SentTimestamp ?? 0);
  const found = eventIn(body);
  const isOwn = found && (found.event.source === source || found.event.source === `${source}.operator`);
  const isHeartbeat = found?.event.source === heartbeatSource(source);
  return { message, at, isEncrypted: isEncrypted(body), isHeartbeat, ...(isOwn && { event: found }) };
}

function isEncrypted(body: string): boolean {
  const envelope = tryJson(body, parseJson);
  return isObject(envelope) && envelope.source === 'aws.events' && envelope['detail-type'] === 'Encrypted Events';
}
