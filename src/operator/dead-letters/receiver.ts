import type { Message, SQS } from '@aws-sdk/client-sqs';
import type { DeadQueue } from '../stage/queues.ts';

export type ReceivedMessage = DeadQueue & { message: Message };

/** How long messages are hidden from others after they are received, in seconds. */
const VISIBILITY = 60;

/**
 * Receives messages of dead-letter queues to look at them. Nothing is removed by that, but each receive counts. What is not
 * deleted must be released in the end. `most` limits what is received of a queue at once.
 */
export function createReceiver(sqs: SQS, queues: DeadQueue[], max: number, signal: AbortSignal) {
  const hidden = new Map<string, { QueueUrl: string; ReceiptHandle: string }>();
  const seenIds = new Set<string>();

  const receive = async (dead: DeadQueue): Promise<ReceivedMessage[]> => {
    const received: ReceivedMessage[] = [];
    while (received.length < max) {
      signal.throwIfAborted();
      // It is not interrupted: that would leave messages hidden whose handles are lost. It does not wait, so it ends soon.
      const { Messages = [] } = await sqs.receiveMessage({
        QueueUrl: dead.queue,
        MaxNumberOfMessages: 10,
        VisibilityTimeout: VISIBILITY,
        WaitTimeSeconds: 0,
        MessageSystemAttributeNames: ['All'],
      });
      for (const { MessageId = '', ReceiptHandle = '' } of Messages)
        hidden.set(MessageId, { QueueUrl: dead.queue, ReceiptHandle });
      received.push(...Messages.map((message) => ({ ...dead, message })));
      if (Messages.length === 0) break;
    }
    return received;
  };

  return {
    /** The messages that are visible now and were not received before. */
    async next(): Promise<ReceivedMessage[]> {
      const receiving = queues.map(receive);
      // If one receive fails, the others are awaited, so that their messages are released too.
      const received = (await Promise.all(receiving).finally(() => Promise.allSettled(receiving))).flat();
      // A message that stays hidden for less time than the work takes is received again.
      const newMessages = received.filter(({ message }) => !seenIds.has(message.MessageId ?? ''));
      for (const { message } of newMessages) seenIds.add(message.MessageId ?? '');
      return newMessages;
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
