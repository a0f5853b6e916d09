import type { SQSRecord } from 'aws-lambda';
import { MAX_WAIT } from '../relay/times.ts';
import type { AwsCall } from './call.ts';
import type { BatchReply } from './sqs-send.ts';

/** Makes messages visible again, all at the same time, after `delay` milliseconds (in whole seconds, at most the longest wait). */
export function createPostpone(call: AwsCall, QueueUrl: string) {
  return async (records: SQSRecord[], delay: number): Promise<void> => {
    const VisibilityTimeout = Math.min(MAX_WAIT, Math.ceil(delay / 1000));
    const Entries = records.map(({ receiptHandle }, index) => ({
      Id: String(index),
      ReceiptHandle: receiptHandle,
      VisibilityTimeout,
    }));
    const { Failed = [] } = await call<BatchReply>('ChangeMessageVisibilityBatch', { QueueUrl, Entries });
    if (Failed.length > 0)
      throw new Error(`the queue kept the visibility of ${Failed.length} messages: ${Failed[0]?.Code}`);
  };
}

/** Removes received messages from a queue. Lambda may remove them a second time. Throws if the queue keeps one. */
export function createRemove(call: AwsCall, QueueUrl: string) {
  return async (records: SQSRecord[]): Promise<void> => {
    const Entries = records.map(({ receiptHandle }, index) => ({ Id: String(index), ReceiptHandle: receiptHandle }));
    const { Failed = [] } = await call<BatchReply>('DeleteMessageBatch', { QueueUrl, Entries });
    if (Failed.length > 0) throw new Error(`the queue kept ${Failed.length} messages: ${Failed[0]?.Code}`);
  };
}
