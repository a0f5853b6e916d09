import type { DeadLetter } from '../../src/console/known.ts';
import type { Stack } from '../stack.ts';

/** Looks into the dead-letter queues without receiving: nothing is hidden or counted by it. */
export function readDeadLetters({ queues, findQueue }: Stack): (DeadLetter & { text: string })[] {
  return Object.values(queues).flatMap((url) => {
    const queueUrl = url.replace(/\.fifo$/, '-dead.fifo');
    const messages = findQueue(queueUrl)?.messages() ?? [];
    return messages.map(({ id: messageId, receives, body: text }) => ({ queueUrl, messageId, receives, text }));
  });
}
