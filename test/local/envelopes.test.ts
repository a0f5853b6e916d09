import { randomUUID } from 'node:crypto';
import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { preparePackage } from '../../local/prepare.ts';
import { type Stack, startStack } from '../../local/stack.ts';
import { putSubject } from '../../src/operator/stage/simulator-tasks.ts';
import { PROJECT, rename, update } from '../support/plain-changes.ts';

let stack: Stack;
let sqs: SQSClient;
beforeAll(async () => {
  stack = await startStack({ folder: await preparePackage('local') });
  const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
  sqs = new SQSClient({ region: 'eu-central-1', endpoint: stack.endpoints.AWS_ENDPOINT_URL_SQS ?? '', credentials });
}, 60_000);
afterAll(async () => {
  sqs?.destroy();
  await stack?.stop();
});

/** An event as a rule delivers it (EventBridge, "AWS service event metadata"). */
const event = (detail: object) => ({
  version: '0',
  id: randomUUID(),
  'detail-type': 'Migration Change',
  source: 'com.example.orders',
  account: '111111111111',
  time: '2026-02-03T09:00:00Z',
  region: 'eu-central-1',
  resources: [],
  detail,
});
/** A notification of a FIFO topic without raw delivery (SNS, "Amazon SNS message and JSON formats"). */
const notification = (message: object) => ({
  Type: 'Notification',
  MessageId: randomUUID(),
  SequenceNumber: '10000000000000003000',
  TopicArn: 'arn:aws:sns:eu-central-1:111111111111:orders.fifo',
  Message: JSON.stringify(message),
  Timestamp: '2026-02-03T09:00:00.000Z',
  UnsubscribeURL: 'https://sns.eu-central-1.amazonaws.com/?Action=Unsubscribe',
  MessageAttributes: { kind: { Type: 'String', Value: 'change' } },
});

const DCS = {
  queue: 'dcs' as const,
  change: update,
  subject: (id: string) => ({ service: 'dcs' as const, kind: 'migration-task' as const, id, project_id: PROJECT }),
  state: 'FULLMIGRATING',
  operation: 'UpdateMigrationTask',
};
const SMS = {
  queue: 'sms' as const,
  change: rename,
  subject: (id: string) => ({ service: 'sms' as const, kind: 'task' as const, id }),
  state: 'READY',
  operation: 'UpdateTask',
};

/** How often the provider applied an operation to a task. */
async function appliedTo(task: string, operation: string): Promise<number> {
  const query = new URLSearchParams({ kind: 'applied', operation, task });
  const reply = await fetch(`${stack.simulatorUrl}/simulator/log/count?${query}`);
  return ((await reply.json()) as { count: number }).count;
}

describe.each([DCS, SMS])('the queue of $queue', ({ queue, change, subject, state, operation }) => {
  it.each([
    ['a rule', event],
    ['a topic', notification],
    ['a topic with raw delivery', (inner: object) => inner],
    ['a rule that sends to a topic', (inner: object) => notification(event(inner))],
  ])('carries out a change of %s, once, and says so', async (_who, wrap) => {
    const task = randomUUID();
    const given = subject(task);
    await putSubject(stack.simulatorUrl, given, { service: queue, state });
    const sent = change(task);
    const result = Promise.withResolvers<unknown>();
    stack.onResult(({ detail }) => detail.includes(sent.id) && result.resolve(JSON.parse(detail)));
    // A rule names a group and no deduplication id.
    const body = { QueueUrl: stack.queues[queue], MessageBody: JSON.stringify(wrap(sent)), MessageGroupId: 'orders' };
    await sqs.send(new SendMessageCommand(body));
    expect(await result.promise).toMatchObject({
      type: `${sent.type}.succeeded`,
      data: { outcome: 'succeeded', change: { id: sent.id, source: sent.source } },
    });
    expect(await appliedTo(task, operation)).toBe(1);
  });
});
