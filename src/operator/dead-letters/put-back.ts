import { randomUUID } from 'node:crypto';
import { namedIn, publishOperatorEvent, toOperatorEvent } from '../stage/operator.ts';
import type { Stage } from '../stage/stage.ts';
import type { DeadLetter } from './dead-letters.ts';
import { placeOf } from './order.ts';

/**
 * Puts a dead letter back into its queue. It is sent before it is deleted, so that nothing is lost; the ledger absorbs
 * duplicates. Calls `removed` when it is deleted, and adds a line to the change's story.
 */
export async function putBack(
  stage: Stage,
  { message, change, queue, source, forecast }: DeadLetter,
  operator: string,
  removed: () => void,
): Promise<void> {
  const sqs = await stage.clients.sqs();
  const { MessageId = '', Body = '', ReceiptHandle = '', Attributes } = message;
  const ids = { MessageGroupId: Attributes?.MessageGroupId ?? MessageId, MessageDeduplicationId: randomUUID() };
  // The time is taken first, because a worker may act on the message at once.
  const at = Date.now();
  await sqs.sendMessage({ QueueUrl: source, MessageBody: Body, ...ids });
  await sqs.deleteMessage({ QueueUrl: queue, ReceiptHandle });
  removed();
  const data = {
    change: namedIn(change.name),
    message: MessageId,
    ...placeOf(message),
    forecast: forecast.kind,
    operator,
  };
  await publishOperatorEvent(stage, toOperatorEvent(stage, { verb: 'replayed', data }, at));
}
