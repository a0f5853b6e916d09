import type { SQSRecord } from 'aws-lambda';
import { toRecord } from '../../stand-ins/lambda/sqs-record.ts';

const QUEUE = 'arn:aws:sqs:eu-central-1:000000000000:dcs.fifo';

/** A record as Lambda's event source mapping passes it. */
export function sqsRecord(id: string, group: string | undefined, body: string, { receives = 1 } = {}): SQSRecord {
  const Attributes = {
    ApproximateReceiveCount: String(receives),
    SentTimestamp: '1763600000000',
    SenderId: 'AIDA',
    ApproximateFirstReceiveTimestamp: '1763600000001',
    SequenceNumber: id,
    ...(group !== undefined && { MessageGroupId: group }),
  };
  return toRecord({ MessageId: id, ReceiptHandle: `receipt-${id}`, Body: body, Attributes }, QUEUE);
}
