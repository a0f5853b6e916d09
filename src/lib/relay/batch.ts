import type { Context as LambdaContext, SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';
import { keyOf } from '../change/parse-record.ts';
import type { Delivery } from './context.ts';
import type { Result } from './result-schema.ts';
import { RetryLater } from './retry-later.ts';

/** Tells of one record; the log's edge. */
export interface RecordLog {
  completed(record: SQSRecord, result: Result, milliseconds: number): void;
  retried(record: SQSRecord, wait: RetryLater): void;
  /** The record holds an event of a relay: nothing was done, and nothing is published of it. */
  ignored(record: SQSRecord): void;
  broken(record: SQSRecord, error: unknown): void;
}

export interface BatchDependencies {
  carry(delivery: Delivery): Promise<Result | undefined>;
  /** Makes messages visible again after `delay` milliseconds. */
  postpone(records: SQSRecord[], delay: number): Promise<void>;
  /** Removes messages that are done from the queue. */
  remove(records: SQSRecord[]): Promise<void>;
  /** How long a record waits whose failure is nobody's word, by its receive count. */
  pause(receives: number): number;
  /** The least wait of a message of an age in milliseconds and a receive count, so that its receives last for its life. */
  spread(message: { age: number; receives: number }): number;
  /** How long a message stays hidden from its receive on, in milliseconds. */
  visibility: number;
  now(): number;
  /** A number from 0 to 1, as Math.random gives. */
  random(): number;
  recordLog: RecordLog;
}

/**
 * Turns the one-record relay into a handler of SQS FIFO batches: groups side by side, a group in order. A record that fails
 * hands back itself and the rest of its group, nothing else. Groups whose head has come before run last and one at a time,
 * since one of them may have ended the process: what is done by then is removed first, or it would come again.
 */
export function createBatch(edges: BatchDependencies) {
  return async (
    event: SQSEvent,
    { getRemainingTimeInMillis }: Pick<LambdaContext, 'getRemainingTimeInMillis'>,
  ): Promise<SQSBatchResponse> => {
    const groups = [...Map.groupBy(event.Records, groupOf).values()];
    const isRepeated = ([head]: SQSRecord[]) => head !== undefined && receivesOf(head) > 1;
    const carry = (group: SQSRecord[]) => processGroup(edges, group, getRemainingTimeInMillis);
    const fresh = groups.filter((group) => !isRepeated(group));
    const failed = (await Promise.all(fresh.map(carry))).flat();
    let done = without(fresh.flat(), failed);
    const repeated = inAnyOrder(groups.filter(isRepeated), edges);
    await scatter(edges, repeated);
    for (const group of repeated) {
      await removeDone(edges, done);
      const back = await carry(group);
      failed.push(...back);
      done = without(group, back);
    }
    return { batchItemFailures: failed.map(({ messageId }) => ({ itemIdentifier: messageId })) };
  };
}

const without = (records: SQSRecord[], others: SQSRecord[]) => records.filter((record) => !others.includes(record));

/** Groups that came together when the process ended come together again: poison must not be the first each time. */
const inAnyOrder = (groups: SQSRecord[][], { random }: BatchDependencies) =>
  groups
    .map((group) => ({ group, place: random() }))
    .sort((one, other) => one.place - other.place)
    .map(({ group }) => group);

/** If the queue can't be told, Lambda removes the messages as ever, when the batch ends. */
async function removeDone({ remove }: BatchDependencies, records: SQSRecord[]): Promise<void> {
  if (records.length > 0) await remove(records).catch(() => undefined);
}

/**
 * Should one of these groups end the process, the others come back apart from it; and one that has come often comes back
 * late, so that poison takes less and less of the workers' time. Of a group that is carried its end decides, as ever.
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

/** A message without a group stands alone. */
const groupOf = ({ attributes, messageId }: SQSRecord) => attributes.MessageGroupId ?? messageId;
const receivesOf = ({ attributes }: SQSRecord) => Number(attributes.ApproximateReceiveCount);
const sentAt = ({ attributes }: SQSRecord) => Number(attributes.SentTimestamp);

/** Carries a group in order and gives what must be delivered again. Never throws, so that no group harms another. */
async function processGroup(
  edges: BatchDependencies,
  group: SQSRecord[],
  remaining: () => number,
): Promise<SQSRecord[]> {
  for (const [index, record] of group.entries()) {
    const wait = await processRecord(edges, record, remaining);
    if (wait) return retryGroup(edges, group.slice(index), wait, remaining);
  }
  return [];
}

/** Until a record comes again, and the key of the change that must be settled before it. */
type RecordRetry = { delay: number; behind?: string | undefined; isBroken?: true };

/**
 * Hands back a group from its failed head on. After a redrive the change that a head waits for may stand behind it, where
 * the head's own wait would block it until one of them is too old: such a change goes first.
 */
async function retryGroup(edges: BatchDependencies, group: SQSRecord[], wait: RecordRetry, remaining: () => number) {
  const { delay, behind } = wait;
  const first = behind && group.slice(1).find(({ body }) => keyOf(body) === behind);
  if (!first) {
    await postpone(edges, group, wait.isBroken ? delay : Math.max(delay, leastWait(edges, group)));
    return group;
  }
  const rest = await processRecord(edges, first, remaining);
  const back = rest ? group : group.filter((record) => record !== first);
  await postpone(edges, back, rest ? Math.max(rest.delay, leastWait(edges, back)) : 0);
  return back;
}

/** All of a group come back together, so the one that has come most often says how long they wait. */
const leastWait = ({ spread, now }: BatchDependencies, group: SQSRecord[]) =>
  Math.max(...group.map((record) => spread({ age: now() - sentAt(record), receives: receivesOf(record) })));

/** Undefined when the record is done. */
async function processRecord(
  { carry, pause, recordLog }: BatchDependencies,
  record: SQSRecord,
  remaining: () => number,
): Promise<RecordRetry | undefined> {
  const start = performance.now();
  try {
    const { SequenceNumber: arrival, MessageGroupId: group } = record.attributes;
    const result = await carry({ body: record.body, arrival, group, sentAt: sentAt(record), remaining });
    if (result) recordLog.completed(record, result, performance.now() - start);
    else recordLog.ignored(record);
    return undefined;
  } catch (error) {
    if (error instanceof RetryLater) {
      recordLog.retried(record, error);
      return error;
    }
    recordLog.broken(record, error);
    // What breaks each time must come to the dead-letter queue: its receives are not made to last.
    return { delay: pause(receivesOf(record)), isBroken: true };
  }
}

/** If the queue can't be told, the messages come again when their visibility ends: later, but nothing is lost. */
async function postpone(edges: BatchDependencies, records: SQSRecord[], delay: number): Promise<void> {
  try {
    await edges.postpone(records, delay);
  } catch (error) {
    for (const record of records) edges.recordLog.broken(record, error);
  }
}
