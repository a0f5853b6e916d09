import example from '../events/sms-2024-09-manual-example.json' with { type: 'json' };

/** The manual's example without its null members, which some programs would have to remove first. */
const sample = JSON.parse(JSON.stringify(example), (_key, value) => value ?? undefined) as typeof example;

/** The size of the change's body in bytes: the manual's example with a realistic number of volumes. */
const BODY_BYTES = 3674;
const MORE_VOLUMES = 5;

/** A change of an SMS task with a body of 3,674 bytes, as JSON text; `extra` may replace members of its body. */
export function changeText(id: string, task: string, extra: object = {}): string {
  const { body } = sample.data;
  const { target_server: server } = body;
  const disks = server.disks.map((disk) => ({
    ...disk,
    physical_volumes: [...disk.physical_volumes, ...disk.physical_volumes.slice(-1).flatMap(copies)],
  }));
  const larger = { ...body, ...extra, target_server: { ...server, disks } };
  const error_json = 'x'.repeat(BODY_BYTES - JSON.stringify(larger).length);
  return JSON.stringify({ ...sample, id, data: { task_id: task, body: { ...larger, error_json } } });
}

const copies = <Volume extends { id: number; index: number }>(volume: Volume) =>
  Array.from({ length: MORE_VOLUMES }, (_, n) => ({ ...volume, id: volume.id + n + 1, index: volume.index + n + 1 }));

/** The tasks of the changes in a batch. */
export type Tasks = 'different' | 'one';

const taskId = (number: number) => `ef3b9722-07a0-40ae-89b0-${number.toString(16).padStart(12, '0')}`;

let count = 0;

/** An SQS event with ten new changes. */
export function batchOfTen(tasks: Tasks) {
  const first = count;
  const Records = Array.from({ length: 10 }, () => {
    const number = count++;
    const task = taskId(tasks === 'one' ? first : number);
    return record(number, task, changeText(`bench-${process.pid}-${number}`, task));
  });
  // It is written as JSON and parsed, as in Lambda, so that its strings are as compact as those of a parsed event.
  return JSON.parse(JSON.stringify({ Records })) as { Records: ReturnType<typeof record>[] };
}

const record = (number: number, MessageGroupId: string, body: string) => ({
  messageId: `00000000-0000-4000-8000-${String(number).padStart(12, '0')}`,
  receiptHandle: `receipt-${number}`,
  body,
  attributes: {
    ApproximateReceiveCount: '1',
    SentTimestamp: '1763600000000',
    SequenceNumber: String(18_850_000_000_000_000_000n + BigInt(number)),
    MessageGroupId,
    SenderId: 'AIDA',
    MessageDeduplicationId: String(number),
    ApproximateFirstReceiveTimestamp: '1763600000001',
  },
  messageAttributes: {},
  md5OfBody: '00000000000000000000000000000000',
  eventSource: 'aws:sqs',
  eventSourceARN: 'arn:aws:sqs:eu-central-1:000000000000:sms-changes.fifo',
  awsRegion: 'eu-central-1',
});
