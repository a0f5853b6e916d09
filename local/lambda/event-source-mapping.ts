import { setTimeout as wait } from 'node:timers/promises';
import { DeleteMessageBatchCommand, type Message, ReceiveMessageCommand, type SQSClient } from '@aws-sdk/client-sqs';
import { type Invocation, readBatchResponse } from '../../stand-ins/lambda/batch-response.ts';
import { toRecord } from '../../stand-ins/lambda/sqs-record.ts';

/** One queue that invokes one function. */
export interface Mapping {
  sqs: SQSClient;
  queueUrl: string;
  queueArn: string;
  batchSize: number;
  reportsItemFailures: boolean;
  /** Invocations at a time. */
  concurrency: number;
  invoke(event: unknown): Promise<Invocation>;
  /** Called with every batch before the function gets it. If it returns true, the batch is delivered a second time, as SQS may do. */
  onDelivery?(messages: Message[]): boolean;
  /** Called with a sentence about messages that come back. `isRetry` is true if the function itself reported them as failed. */
  onReturn(sentence: string, isRetry: boolean, messageIds?: string[]): void;
}

/** Polls the queue and invokes the function until it is stopped. A message is deleted only after the function has finished it. */
export function startMapping(mapping: Mapping): { stop(): Promise<void> } {
  const stopping = new AbortController();
  const pollers = Array.from({ length: mapping.concurrency }, () => poll(mapping, stopping.signal));
  return {
    async stop() {
      stopping.abort();
      await Promise.all(pollers);
    },
  };
}

async function poll(mapping: Mapping, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    try {
      const messages = await receive(mapping, signal);
      if (messages.length > 0) await handOver(mapping, messages);
    } catch (error) {
      if (signal.aborted) return;
      mapping.onReturn(`the mapping failed: ${error}`, false);
      await wait(200);
    }
  }
}

async function receive({ sqs, queueUrl, batchSize }: Mapping, abortSignal: AbortSignal): Promise<Message[]> {
  const command = new ReceiveMessageCommand({
    QueueUrl: queueUrl,
    MaxNumberOfMessages: Math.min(batchSize, 10),
    WaitTimeSeconds: 20,
    MessageSystemAttributeNames: ['All'],
  });
  return (await sqs.send(command, { abortSignal })).Messages ?? [];
}

async function handOver(mapping: Mapping, messages: Message[]): Promise<void> {
  const { sqs, queueUrl, queueArn, reportsItemFailures, invoke, onReturn } = mapping;
  const event = { Records: messages.map((message) => toRecord(message, queueArn)) };
  if (mapping.onDelivery?.(messages)) await invoke(event);
  const invocation = await invoke(event);
  const ids = messages.map(({ MessageId = '' }) => MessageId);
  const { done, reason, isReported: isRetry = false } = readBatchResponse(invocation, ids, reportsItemFailures);
  const returned = ids.filter((id) => !done.includes(id));
  if (reason) onReturn(`${returned.length} of ${ids.length} messages come back: ${reason}`, isRetry, returned);
  const handled = messages.filter(({ MessageId = '' }) => done.includes(MessageId));
  if (handled.length === 0) return;
  const Entries = handled.map(({ MessageId, ReceiptHandle }) => ({ Id: MessageId, ReceiptHandle }));
  await sqs.send(new DeleteMessageBatchCommand({ QueueUrl: queueUrl, Entries }));
}
