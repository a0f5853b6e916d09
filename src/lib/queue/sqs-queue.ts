import { ChangeMessageVisibilityBatchCommand, type SQSClient } from '@aws-sdk/client-sqs';
import type { SQSRecord } from 'aws-lambda';

const LONGEST_VISIBILITY = 43_200;

/** Makes messages of a queue visible again after `delay` milliseconds, all at the same time, in whole seconds. */
export function createPostpone(client: SQSClient, queueUrl: string, deadline: number) {
  return async (records: SQSRecord[], delay: number): Promise<void> => {
    const VisibilityTimeout = Math.min(LONGEST_VISIBILITY, Math.ceil(delay / 1000));
    const Entries = records.map(({ receiptHandle }, index) => ({
      Id: String(index),
      ReceiptHandle: receiptHandle,
      VisibilityTimeout,
    }));
    const command = new ChangeMessageVisibilityBatchCommand({ QueueUrl: queueUrl, Entries });
    const { Failed = [] } = await client.send(command, { abortSignal: AbortSignal.timeout(deadline) });
    if (Failed.length > 0)
      throw new Error(`the queue kept the visibility of ${Failed.length} messages: ${Failed[0]?.Code}`);
  };
}
