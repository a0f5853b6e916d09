import type { Context as LambdaContext, SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';
import { type GroupDependencies, processGroup, receivesOf } from './message-group.ts';

export interface BatchDependencies extends GroupDependencies {
  /** Removes messages that are done from the queue. */
  remove(records: SQSRecord[]): Promise<void>;
  /** How long a message stays hidden after it is received, in milliseconds. */
  visibility: number;
  /** A number from 0 to 1, as Math.random gives. */
  random(): number;
}

/**
 * Turns the one-record relay into a handler of SQS FIFO batches: groups run in parallel, the records of a group in order.
 * A record that fails is reported together with the rest of its group. Groups whose head was received before run last and
 * one at a time, because one of them may have ended the process: finished messages are removed before each of them.
 */
export function createBatch(dependencies: BatchDependencies) {
  return async (
    event: SQSEvent,
    { getRemainingTimeInMillis }: Pick<LambdaContext, 'getRemainingTimeInMillis'>,
  ): Promise<SQSBatchResponse> => {
    const groups = [...Map.groupBy(event.Records, groupOf).values()];
    const isRepeated = ([head]: SQSRecord[]) => head !== undefined && receivesOf(head) > 1;
    const run = (group: SQSRecord[]) => processGroup(dependencies, group, getRemainingTimeInMillis);
    const newGroups = groups.filter((group) => !isRepeated(group));
    const failed = (await Promise.all(newGroups.map(run))).flat();
    let done = exclude(newGroups.flat(), failed);
    const repeated = shuffle(groups.filter(isRepeated), dependencies);
    await scatter(dependencies, repeated);
    for (const group of repeated) {
      await removeDone(dependencies, done);
      const retried = await run(group);
      failed.push(...retried);
      done = exclude(group, retried);
    }
    return { batchItemFailures: failed.map(({ messageId }) => ({ itemIdentifier: messageId })) };
  };
}

const exclude = (records: SQSRecord[], others: SQSRecord[]) => records.filter((record) => !others.includes(record));

/**
 * Groups that were received together when the process ended may be received together again. In a random order, not always
 * the same one runs first.
 */
const shuffle = (groups: SQSRecord[][], { random }: BatchDependencies) =>
  groups
    .map((group) => ({ group, place: random() }))
    .sort((one, other) => one.place - other.place)
    .map(({ group }) => group);

/** If this fails, Lambda removes the messages as usual, when the batch ends. */
async function removeDone({ remove }: BatchDependencies, records: SQSRecord[]): Promise<void> {
  if (records.length > 0) await remove(records).catch(() => undefined);
}

/**
 * Hides each of these groups for a different time, so that they are not received together again if one of them ends the
 * process. A group that was received often is hidden for longer, so that a message that always ends the process takes less
 * and less of the workers' time. A group that is processed to its end gets its usual wait instead.
 */
async function scatter(
  { postpone, retryDelay, visibility, random }: BatchDependencies,
  groups: SQSRecord[][],
): Promise<void> {
  const hide = async (group: SQSRecord[]): Promise<void> => {
    const apart = groups.length > 1 ? visibility * (1 + random()) : 0;
    const wait = Math.max(apart, retryDelay(Math.max(...group.map(receivesOf))));
    if (wait > visibility) await postpone(group, wait).catch(() => undefined);
  };
  await Promise.all(groups.map(hide));
}

/** A message without a group is a group of its own. */
const groupOf = ({ attributes, messageId }: SQSRecord) => attributes.MessageGroupId ?? messageId;
