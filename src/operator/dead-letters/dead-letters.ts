import type { Message } from '@aws-sdk/client-sqs';
import { readChange } from '../../lib/change/change.ts';
import { heartbeatSource } from '../../lib/change/heartbeat.ts';
import { type InvalidChange, type ValidChange, validate } from '../../lib/change/validate.ts';
import type { Service } from '../../lib/operations/operation.ts';
import type { Clock } from '../clock.ts';
import { openLedger } from '../stage/ledger-view.ts';
import { deadLetterQueues } from '../stage/queues.ts';
import type { Stage } from '../stage/stage.ts';
import { settingsOf } from '../stage/validation-settings.ts';
import { deadReasons } from './dead-reasons.ts';
import { type Forecast, forecastOf } from './forecast.ts';
import { createOrder, type Order } from './order.ts';
import { createReceiver, type ReceivedMessage, WAIT } from './receiver.ts';

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
  change: ValidChange | InvalidChange;
  forecast: Forecast;
}

/** The dead letters that were found, and their total number as SQS counts it. A FIFO queue shows only the first messages of a group while they are hidden. */
export interface DeadLetters {
  found: DeadLetter[];
  total: number;
  /** Dead letters that became visible because those before them were deleted. None when all have been seen. */
  more(): Promise<DeadLetter[]>;
  /** To be called for every message that was deleted, so that it is not released. */
  removed(deadLetter: DeadLetter): void;
}

/**
 * Reads dead letters, gives them to `use`, and releases those that it has not deleted, also when `use` fails or the operator
 * interrupts. `limit` is the most that are given at once.
 */
export async function withDeadLetters<Value>(
  stage: Stage,
  limit: number,
  clock: Clock,
  use: (dead: DeadLetters) => Promise<Value>,
): Promise<Value> {
  const sqs = await stage.clients.sqs();
  const queues = await deadLetterQueues(stage, sqs);
  const receiver = createReceiver(sqs, queues, {
    max: limit,
    wait: stage.isLocal ? 0 : WAIT,
    signal: clock.signal,
  });
  const order = createOrder(stage, clock);
  // A queue may give more messages at once than were asked for.
  let backlog: ReceivedMessage[] = [];
  const more = async () => {
    backlog = [...backlog, ...(await receiver.next())].toSorted((one, other) => sentAt(one) - sentAt(other));
    return describe(stage, clock, backlog.splice(0, limit), order.isOlderThan);
  };
  const removed = ({ message, change, forecast }: DeadLetter) => {
    receiver.deleted(message);
    order.putBack(message, change.name, forecast.kind);
  };
  const total = queues.reduce((sum, { count }) => sum + count, 0);
  try {
    return await use({ found: await more(), total, more, removed });
  } finally {
    await receiver.release();
  }
}

const sentAt = ({ message }: ReceivedMessage) => Number(message.Attributes?.SentTimestamp ?? 0);

async function describe(
  stage: Stage,
  clock: Clock,
  received: ReceivedMessage[],
  isOlderThan: Order['isOlderThan'],
): Promise<DeadLetter[]> {
  const [ofStage, ledger] = await Promise.all([settingsOf(stage), openLedger(stage)]);
  const settings = { ...ofStage, heartbeat: heartbeatSource(stage.source) };
  const reasons = await deadReasons(
    stage,
    received.map(({ message }) => message),
    clock,
  );
  return Promise.all(
    received.map(async (one) => {
      const { message, count: _, ...where } = one;
      const change = validate(readChange(message.Body ?? ''), settings);
      return {
        ...where,
        message,
        change: change,
        id: change.name.id ?? message.MessageId ?? '-',
        at: sentAt(one),
        reason: reasons.get(message.MessageId ?? '') ?? 'no log of its last delivery found',
        forecast: await forecastOf(ledger, change, clock.now(), isOlderThan(message)),
      };
    }),
  );
}
