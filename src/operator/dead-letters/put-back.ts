import { randomUUID } from 'node:crypto';
import { namedIn, publishWord, toWord } from '../stage/operator.ts';
import type { Stage } from '../stage/stage.ts';
import type { DeadLetter } from './dead-letters.ts';
import { placeOf } from './order.ts';

/**
 * Puts a dead letter back into its queue: sends it first and deletes it then, so that nothing is lost in between; what comes
 * double the ledger absorbs. Calls `removed` once it is deleted, and leaves a line in the change's story.
 */
export async function putBack(
  stage: Stage,
  { message, judged, queue, source, forecast }: DeadLetter,
  operator: string,
  removed: () => void,
): Promise<void> {
  const { SendMessageCommand, DeleteMessageCommand } = await import('@aws-sdk/client-sqs');
  const sqs = await stage.clients.sqs();
  const { MessageId = '', Body = '', ReceiptHandle = '', Attributes } = message;
  const ids = { MessageGroupId: Attributes?.MessageGroupId ?? MessageId, MessageDeduplicationId: randomUUID() };
  // A worker may take it at once, and what it does comes after this.
  const at = Date.now();
  await sqs.send(new SendMessageCommand({ QueueUrl: source, MessageBody: Body, ...ids }));
  await sqs.send(new DeleteMessageCommand({ QueueUrl: queue, ReceiptHandle }));
  removed();
  const data = {
    change: namedIn(judged.name),
    message: MessageId,
    ...placeOf(message),
    forecast: forecast.kind,
    operator,
  };
  await publishWord(stage, toWord(stage, { verb: 'replayed', data }, at));
}
