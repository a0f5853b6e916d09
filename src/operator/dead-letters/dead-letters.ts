import type { Message, SQSClient } from '@aws-sdk/client-sqs';
import { readChange } from '../../lib/change/change.ts';
import { type InvalidChange, type ValidChange, validate } from '../../lib/change/validate.ts';
import type { Service } from '../../lib/operations/operation.ts';
import type { Clock } from '../clock.ts';
import { settingsOf } from '../stage/intake.ts';
import { openLedger } from '../stage/ledger-view.ts';
import { type DeadQueue, deadLetterQueues } from '../stage/queues.ts';
import type { Stage } from '../stage/stage.ts';
import { deadReasons } from './dead-reasons.ts';
import { type Forecast, forecastOf } from './forecast.ts';
import { createOrder, type Order } from './order.ts';

/** A message that the relay gave up on. */
export interface DeadLetter {
  service: Service;
  /** The dead-letter queue and the queue it came from. */
  queue: string;
  source: string;
  message: Message;
  /** The id by which an operator names it: that of its change, else of its message. */
  id: string;
  /** When it was sent; milliseconds since 1970. */
  at: number;
  /** Why its last delivery failed, according to the function's log. */
  reason: string;
  judged: ValidChange | InvalidChange;
  forecast: Forecast;
}

/** The dead letters that were found, and their total number. A FIFO queue shows only the first messages of a group while they are hidden. */
export interface DeadLetters {
  letters: DeadLetter[];
  total: number;
  /** Dead letters that became visible because those before them were deleted. None when all have been seen. */
  more(): Promise<DeadLetter[]>;
  /** To be called for every message that was deleted, so that it is not released. */
  removed(letter: DeadLetter): void;
}

/** How long messages are hidden from others while they are read, in seconds. */
const SIGHT = 60;

/**
 * Reads dead letters: receives them with a short visibility timeout, gives them to `use`, and releases the rest, also when
 * `use` fails or the operator interrupts. Reading removes nothing, but it increases a message's receive count.
 */
export async function withDeadLetters<Value>(
  stage: Stage,
  limit: number,
  clock: Clock,
  use: (found: DeadLetters) => Promise<Value>,
): Promise<Value> {
  const sqs = await stage.clients.sqs();
  const held = new Map<string, { queue: string; handle: string }>();
  try {
    const queues = await deadLetterQueues(stage, sqs);
    const seen = new Set<string>();
    // A queue may give more messages at once than were asked for.
    let backlog: ReceivedMessage[] = [];
    const order = createOrder(stage, clock);
    const look = async () => {
      const receiving = queues.map((queue) => receive(sqs, queue, limit, held, clock.signal));
      // If one receive fails, the others are awaited, so that their messages are released too.
      const received = await Promise.all(receiving).finally(() => Promise.allSettled(receiving));
      // Messages that are held for long are received again.
      const fresh = received.flat().filter(({ message }) => !seen.has(message.MessageId ?? ''));
      for (const { message } of fresh) seen.add(message.MessageId ?? '');
      backlog = [...backlog, ...fresh].toSorted(byAge);
      return describe(stage, clock, backlog.splice(0, limit), order.isOlderThan);
    };
    const total = queues.reduce((sum, { count }) => sum + count, 0);
    const removed = ({ message, judged, forecast }: DeadLetter) => {
      held.delete(message.MessageId ?? '');
      order.putBack(message, judged.name, forecast.kind);
    };
    return await use({ letters: await look(), total, more: look, removed });
  } finally {
    await release(sqs, [...held.values()]);
  }
}

type ReceivedMessage = DeadQueue & { message: Message };

async function receive(
  sqs: SQSClient,
  dead: DeadQueue,
  limit: number,
  held: Map<string, { queue: string; handle: string }>,
  signal: AbortSignal,
) {
  const { ReceiveMessageCommand } = await import('@aws-sdk/client-sqs');
  const received: ReceivedMessage[] = [];
  while (received.length < limit) {
    const command = new ReceiveMessageCommand({
      QueueUrl: dead.queue,
      MaxNumberOfMessages: 10,
      VisibilityTimeout: SIGHT,
      WaitTimeSeconds: 0,
      MessageSystemAttributeNames: ['All'],
    });
    signal.throwIfAborted();
    // It is not interrupted: that would leave messages hidden whose handles are lost. It does not wait, so it ends soon.
    const { Messages = [] } = await sqs.send(command);
    for (const message of Messages)
      held.set(message.MessageId ?? '', { queue: dead.queue, handle: message.ReceiptHandle ?? '' });
    received.push(...Messages.map((message) => ({ ...dead, message })));
    if (Messages.length === 0) break;
  }
  return received;
}

const byAge = (one: ReceivedMessage, other: ReceivedMessage) => sentAt(one) - sentAt(other);
const sentAt = ({ message }: ReceivedMessage) => Number(message.Attributes?.SentTimestamp ?? 0);

async function release(sqs: SQSClient, held: { queue: string; handle: string }[]): Promise<void> {
  const { ChangeMessageVisibilityCommand } = await import('@aws-sdk/client-sqs');
  const calls = held.map(({ queue, handle }) =>
    sqs.send(new ChangeMessageVisibilityCommand({ QueueUrl: queue, ReceiptHandle: handle, VisibilityTimeout: 0 })),
  );
  // A message that can't be released comes back by itself when its visibility timeout ends.
  await Promise.allSettled(calls);
}

async function describe(
  stage: Stage,
  clock: Clock,
  received: ReceivedMessage[],
  isOlderThan: Order['isOlderThan'],
): Promise<DeadLetter[]> {
  const [settings, ledger] = await Promise.all([settingsOf(stage), openLedger(stage)]);
  const reasons = await deadReasons(
    stage,
    received.map(({ message }) => message),
    clock,
  );
  return Promise.all(
    received.map(async ({ message, count: _, ...where }) => {
      const judged = validate(readChange(message.Body ?? ''), settings);
      return {
        ...where,
        message,
        judged,
        id: judged.name.id ?? message.MessageId ?? '-',
        at: Number(message.Attributes?.SentTimestamp ?? 0),
        reason: reasons.get(message.MessageId ?? '') ?? 'unknown: its log is gone',
        forecast: await forecastOf(ledger, judged, clock.now(), isOlderThan(message)),
      };
    }),
  );
}
