import type { Message, SQS } from '@aws-sdk/client-sqs';
import type { DeadQueue } from '../stage/queues.ts';

/** A message with the queue that it was received from. */
export type Received<Queue> = Queue & { message: Message };
export type ReceivedMessage = Received<DeadQueue>;

/** How long messages are hidden from others after they are received by default, in seconds. */
const VISIBILITY = 60;
/**
 * How long SQS waits for a message, in seconds, and after how many receives that bring nothing new a queue counts as empty. Without a wait
 * SQS asks only some of its servers, and may answer that there is nothing (Developer Guide, "Amazon SQS short and long
 * polling").
 */
export const WAIT = 2;
const EMPTY_RECEIVES = 2;

interface ReceiverOptions {
  /** The most messages that are received of a queue at once. */
  max: number;
  /** Seconds. The queues of the local stack are on one server, so there is nothing to wait for. */
  wait: number;
  /** How long messages are hidden from others, in seconds: longer than all receives and the work take. */
  visibility?: number;
  signal: AbortSignal;
}

/**
 * Receives messages of dead-letter queues to look at them. Nothing is removed by that, but each receive counts. What is not
 * deleted must be released in the end.
 */
export function createReceiver<Queue extends { queue: string }>(
  sqs: SQS,
  queues: Queue[],
  { max, wait, visibility = VISIBILITY, signal }: ReceiverOptions,
) {
  const hidden = new Map<string, { QueueUrl: string; ReceiptHandle: string }>();
  const seenIds = new Set<string>();

  // It is not interrupted: that would leave messages hidden whose handles are lost. It ends soon by itself.
  const receiveOnce = async (queue: string): Promise<Message[]> => {
    const { Messages = [] } = await sqs.receiveMessage({
      QueueUrl: queue,
      MaxNumberOfMessages: 10,
      VisibilityTimeout: visibility,
      WaitTimeSeconds: wait,
      MessageSystemAttributeNames: ['All'],
    });
    for (const { MessageId = '', ReceiptHandle = '' } of Messages)
      hidden.set(MessageId, { QueueUrl: queue, ReceiptHandle });
    return Messages;
  };
  const isNew = ({ MessageId = '' }: Message) => !seenIds.has(MessageId) && seenIds.add(MessageId);
  const receive = async (dead: Queue): Promise<Received<Queue>[]> => {
    const received: Received<Queue>[] = [];
    for (let empty = 0; empty < EMPTY_RECEIVES && received.length < max; ) {
      signal.throwIfAborted();
      // Messages that are hidden for less time than the receives take come again. Without an end to that, no queue would get empty.
      const messages = (await receiveOnce(dead.queue)).filter(isNew);
      received.push(...messages.map((message) => ({ ...dead, message })));
      empty = messages.length === 0 ? empty + 1 : 0;
    }
    return received;
  };

  return {
    /** The messages that are visible now and were not received before. */
    async next(): Promise<Received<Queue>[]> {
      const receiving = queues.map(receive);
      // If one receive fails, the others are awaited, so that their messages are released too.
      return (await Promise.all(receiving).finally(() => Promise.allSettled(receiving))).flat();
    },
    /** To be called for a message that was deleted. */
    deleted: ({ MessageId = '' }: Message) => void hidden.delete(MessageId),
    /** Makes all other messages visible again. One that can't be released comes back by itself. */
    async release(): Promise<void> {
      const calls = [...hidden.values()].map((one) => sqs.changeMessageVisibility({ ...one, VisibilityTimeout: 0 }));
      await Promise.allSettled(calls);
    },
  };
}
