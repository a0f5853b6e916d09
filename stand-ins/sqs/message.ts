import { createHash } from 'node:crypto';
import type { Message as SdkMessage } from '@aws-sdk/client-sqs';

/** A message as a queue keeps it; times in milliseconds since 1970. */
export interface Message {
  id: string;
  body: string;
  group: string;
  deduplicationId: string;
  /** Comparable within a group only; empty on a standard queue. */
  sequence: string;
  sentAt: number;
  receives: number;
  firstReceivedAt: number;
  /** When it was received last. */
  receivedAt: number;
  /** That of the latest receive; empty before the first. */
  receipt: string;
  /** Until when it is in flight or put off. */
  hiddenUntil: number;
}

export const md5 = (text: string) => createHash('md5').update(text).digest('hex');

/** A received message as the SDK has it, with all its system attributes. */
export function toSdkMessage(message: Message): SdkMessage & { Attributes: Record<string, string> } {
  const { id, body, group, deduplicationId, sequence, sentAt, receives, firstReceivedAt, receipt } = message;
  return {
    MessageId: id,
    ReceiptHandle: receipt,
    Body: body,
    MD5OfBody: md5(body),
    Attributes: {
      SenderId: 'local',
      SentTimestamp: String(sentAt),
      ApproximateReceiveCount: String(receives),
      ApproximateFirstReceiveTimestamp: String(firstReceivedAt),
      ...(sequence !== '' && {
        SequenceNumber: sequence,
        MessageGroupId: group,
        MessageDeduplicationId: deduplicationId,
      }),
    },
  };
}
