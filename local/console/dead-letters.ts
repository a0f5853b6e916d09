import type { DeadLetter } from '../../src/console/known.ts';
import type { Stack } from '../stack.ts';

/** Reads the dead-letter queues without receiving messages, so that none is hidden and no receive is counted. */
export function readDeadLetters({ queues, findQueue }: Stack): (DeadLetter & { text: string })[] {
  return Object.values(queues).flatMap((url) => {
    const queueUrl = url.replace(/\.fifo$/, '-dead.fifo');
    const messages = findQueue(queueUrl)?.messages() ?? [];
    return messages.map(({ id: messageId, receives, body: text }) => ({ queueUrl, messageId, receives, text }));
  });
}
