import { createHash } from 'node:crypto';
import type { Message as SdkMessage } from '@aws-sdk/client-sqs';

/** A message as a queue stores it. Times are milliseconds since 1970. */
export interface Message {
  id: string;
  body: string;
  group: string;
  deduplicationId: string;
  /** The sequence number, comparable only within a group; empty on a standard queue. */
  sequence: string;
  sentAt: number;
  receives: number;
  firstReceivedAt: number;
  /** When it was last received. */
  receivedAt: number;
  /** The receipt of the latest receive; empty before the first. */
  receipt: string;
  /** Until when it is in flight or delayed. */
  hiddenUntil: number;
}

export const md5 = (text: string) => createHash('md5').update(text).digest('hex');

/** A received message in the SDK's form, with all its system attributes. */
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
