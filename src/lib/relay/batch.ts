import type { Context as LambdaContext, SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';
import { keyOf } from '../change/parse-record.ts';
import type { Delivery } from './context.ts';
import type { Result } from './result-schema.ts';
import { RetryLater } from './retry-later.ts';

/** Writes what happened to one record to the log. */
export interface RecordLog {
  completed(record: SQSRecord, result: Result, milliseconds: number): void;
  retried(record: SQSRecord, wait: RetryLater): void;
  /** The record holds a result that a relay published. Nothing was done for it, and no result is published. */
  ignored(record: SQSRecord): void;
  broken(record: SQSRecord, error: unknown): void;
}

export interface BatchDependencies {
  relay(delivery: Delivery): Promise<Result | undefined>;
  /** Makes messages visible again after `delay` milliseconds. */
  postpone(records: SQSRecord[], delay: number): Promise<void>;
  /** Removes messages that are done from the queue. */
  remove(records: SQSRecord[]): Promise<void>;
  /** How many milliseconds a record waits after an unexpected error, by its receive count. */
  pause(receives: number): number;
  /** The least wait, in milliseconds, with which a message's remaining receives last for its whole life. `age` is in milliseconds. */
  spread(message: { age: number; receives: number }): number;
  /** How long a message stays hidden after it is received, in milliseconds. */
  visibility: number;
  now(): number;
  /** A number from 0 to 1, as Math.random gives. */
  random(): number;
  recordLog: RecordLog;
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
    const fresh = groups.filter((group) => !isRepeated(group));
    const failed = (await Promise.all(fresh.map(run))).flat();
    let done = without(fresh.flat(), failed);
    const repeated = inAnyOrder(groups.filter(isRepeated), dependencies);
    await scatter(dependencies, repeated);
    for (const group of repeated) {
      await removeDone(dependencies, done);
      const back = await run(group);
      failed.push(...back);
      done = without(group, back);
    }
    return { batchItemFailures: failed.map(({ messageId }) => ({ itemIdentifier: messageId })) };
  };
}

const without = (records: SQSRecord[], others: SQSRecord[]) => records.filter((record) => !others.includes(record));

/**
 * Groups that were received together when the process ended may be received together again. In a random order, not always
 * the same one runs first.
 */
const inAnyOrder = (groups: SQSRecord[][], { random }: BatchDependencies) =>
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
  { postpone, pause, visibility, random }: BatchDependencies,
  groups: SQSRecord[][],
): Promise<void> {
  const hide = async (group: SQSRecord[]): Promise<void> => {
    const apart = groups.length > 1 ? visibility * (1 + random()) : 0;
    const wait = Math.max(apart, pause(Math.max(...group.map(receivesOf))));
    if (wait > visibility) await postpone(group, wait).catch(() => undefined);
  };
  await Promise.all(groups.map(hide));
}

/** A message without a group is a group of its own. */
const groupOf = ({ attributes, messageId }: SQSRecord) => attributes.MessageGroupId ?? messageId;
const receivesOf = ({ attributes }: SQSRecord) => Number(attributes.ApproximateReceiveCount);
const sentAt = ({ attributes }: SQSRecord) => Number(attributes.SentTimestamp);

/** Processes a group in order and gives the records that must be delivered again. Never throws, so that no group affects another. */
async function processGroup(
  dependencies: BatchDependencies,
  group: SQSRecord[],
  remaining: () => number,
): Promise<SQSRecord[]> {
  for (const [index, record] of group.entries()) {
    const wait = await processRecord(dependencies, record, remaining);
    if (wait) return retryGroup(dependencies, group.slice(index), wait, remaining);
  }
  return [];
}

/** How long a record waits, in milliseconds, and the key of the change that must end before it. */
type RecordRetry = { delay: number; behind?: string | undefined; isBroken?: true };

/**
 * Gives back a group from its failed head on. After a redrive, the change that the head waits for may come after it in the
 * same group, and the head would block it until one of them is too old. Such a change is processed first.
 */
async function retryGroup(
  dependencies: BatchDependencies,
  group: SQSRecord[],
  wait: RecordRetry,
  remaining: () => number,
) {
  const { delay, behind } = wait;
  const first = behind && group.slice(1).find(({ body }) => keyOf(body) === behind);
  if (!first) {
    await postpone(dependencies, group, wait.isBroken ? delay : Math.max(delay, leastWait(dependencies, group)));
    return group;
  }
  const rest = await processRecord(dependencies, first, remaining);
  const back = rest ? group : group.filter((record) => record !== first);
  await postpone(dependencies, back, rest ? Math.max(rest.delay, leastWait(dependencies, back)) : 0);
  return back;
}

/** The records of a group come back together, so the longest of their least waits applies to all. */
const leastWait = ({ spread, now }: BatchDependencies, group: SQSRecord[]) =>
  Math.max(...group.map((record) => spread({ age: now() - sentAt(record), receives: receivesOf(record) })));

/** Processes one record and logs it. Undefined when the record is done. */
async function processRecord(
  { relay, pause, recordLog }: BatchDependencies,
  record: SQSRecord,
  remaining: () => number,
): Promise<RecordRetry | undefined> {
  const start = performance.now();
  try {
    const { SequenceNumber: arrival, MessageGroupId: group } = record.attributes;
    const result = await relay({ body: record.body, arrival, group, sentAt: sentAt(record), remaining });
    if (result) recordLog.completed(record, result, performance.now() - start);
    else recordLog.ignored(record);
    return undefined;
  } catch (error) {
    if (error instanceof RetryLater) {
      recordLog.retried(record, error);
      return error;
    }
    recordLog.broken(record, error);
    // A record that fails each time must reach the dead-letter queue, so its receives are not spread over its life.
    return { delay: pause(receivesOf(record)), isBroken: true };
  }
}

/** If this fails, the messages come again when their visibility timeout ends: later, but nothing is lost. */
async function postpone(dependencies: BatchDependencies, records: SQSRecord[], delay: number): Promise<void> {
  try {
    await dependencies.postpone(records, delay);
  } catch (error) {
    for (const record of records) dependencies.recordLog.broken(record, error);
  }
}
