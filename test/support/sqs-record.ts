import type { SQSRecord } from 'aws-lambda';

/** A record as Lambda's event source mapping hands it over. */
export function sqsRecord(id: string, group: string | undefined, body: string, { receives = 1 } = {}): SQSRecord {
  return {
    messageId: id,
    receiptHandle: `receipt-${id}`,
    body,
    attributes: {
      ApproximateReceiveCount: String(receives),
      SentTimestamp: '1763600000000',
      SenderId: 'AIDA',
      ApproximateFirstReceiveTimestamp: '1763600000001',
      SequenceNumber: id,
      ...(group !== undefined && { MessageGroupId: group }),
    },
    messageAttributes: {},
    md5OfBody: '',
    eventSource: 'aws:sqs',
    eventSourceARN: 'arn:aws:sqs:eu-central-1:000000000000:dcs.fifo',
    awsRegion: 'eu-central-1',
  };
}
