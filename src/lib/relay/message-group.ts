import type { SQSRecord } from 'aws-lambda';
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

export interface GroupDependencies {
  relay(delivery: Delivery): Promise<Result | undefined>;
  /** Makes messages visible again after `delay` milliseconds. */
  postpone(records: SQSRecord[], delay: number): Promise<void>;
  /** How many milliseconds a record waits after an unexpected error, by its receive count. */
  retryDelay(receives: number): number;
  /** The least wait, in milliseconds, with which a message's remaining receives last for its whole life. `age` is in milliseconds. */
  minRetryDelay(message: { age: number; receives: number }): number;
  now(): number;
  recordLog: RecordLog;
}

/** Processes a group in order and gives the records that must be delivered again. Never throws, so that no group affects another. */
export async function processGroup(
  dependencies: GroupDependencies,
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
 * Postpones a group from its failed head on, and returns what must be delivered again. After a redrive, the change that the
 * head waits for may come after it in the same group, and the head would block it until one of them is too old. Such a
 * change is processed first.
 */
async function retryGroup(
  dependencies: GroupDependencies,
  group: SQSRecord[],
  wait: RecordRetry,
  remaining: () => number,
) {
  const { delay, behind } = wait;
  const first = behind && group.slice(1).find(({ body }) => keyOf(body) === behind);
  if (!first) {
    await postpone(dependencies, group, wait.isBroken ? delay : Math.max(delay, minGroupDelay(dependencies, group)));
    return group;
  }
  const firstRetry = await processRecord(dependencies, first, remaining);
  const retried = firstRetry ? group : group.filter((record) => record !== first);
  await postpone(
    dependencies,
    retried,
    firstRetry ? Math.max(firstRetry.delay, minGroupDelay(dependencies, retried)) : 0,
  );
  return retried;
}

/** The records of a group come back together, so the longest of their least waits applies to all. */
const minGroupDelay = ({ minRetryDelay, now }: GroupDependencies, group: SQSRecord[]) =>
  Math.max(...group.map((record) => minRetryDelay({ age: now() - sentAt(record), receives: receivesOf(record) })));

/** Processes one record and logs it. Undefined when the record is done. */
async function processRecord(
  { relay, retryDelay, recordLog }: GroupDependencies,
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
    return { delay: retryDelay(receivesOf(record)), isBroken: true };
  }
}

/** If this fails, the messages come again when their visibility timeout ends: later, but nothing is lost. */
async function postpone(dependencies: GroupDependencies, records: SQSRecord[], delay: number): Promise<void> {
  try {
    await dependencies.postpone(records, delay);
  } catch (error) {
    for (const record of records) dependencies.recordLog.broken(record, error);
  }
}

export const receivesOf = ({ attributes }: SQSRecord) => Number(attributes.ApproximateReceiveCount);
const sentAt = ({ attributes }: SQSRecord) => Number(attributes.SentTimestamp);
