import { randomUUID } from 'node:crypto';
import { readdir } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import {
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
  SendMessageBatchCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { LogLine } from '../../local/assembly.ts';
import { LOCAL_FOLDER } from '../../local/folders.ts';
import { type Stack, startStack } from '../../local/stack.ts';
import { isRunning } from '../../src/operator/stage/local-stack.ts';

/** What the fixture's function publishes for each record before it does what the body says. */
interface ReceivedRequest {
  body: string;
  pid: number;
  left: number;
  record: { attributes: Record<string, string>; eventSourceARN: string };
}

const folder = fileURLToPath(new URL('../fixtures/local/package', import.meta.url));
const startProvider = async () => ({ url: 'http://127.0.0.1:9', close: async () => {} });
const received: ReceivedRequest[] = [];
const lines: LogLine[] = [];
const batches: string[][] = [];
let stack: Stack;
let sqs: SQSClient;

beforeAll(async () => {
  stack = await startStack({
    folder,
    startProvider,
    onLog: (line) => lines.push(line),
    onDelivery(messages) {
      batches.push(messages.map(({ Body = '' }) => Body));
      return false;
    },
  });
  stack.onResult(({ detail }) => received.push(JSON.parse(detail)));
  const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
  sqs = new SQSClient({ region: 'eu-central-1', endpoint: stack.endpoints.AWS_ENDPOINT_URL_SQS ?? '', credentials });
});
afterAll(async () => {
  sqs.destroy();
  await stack.stop();
});

const send = (body: string, group: string = randomUUID()) => stack.send('dcs', body, group, randomUUID());
const deliveries = (body: string) => received.filter((one) => one.body === body);
const requestsOf = (body: string, times: number) =>
  vi.waitFor(() => expect(deliveries(body)).toHaveLength(times), { timeout: 15_000, interval: 20 });

async function inQueue(): Promise<number> {
  const QueueUrl = stack.queues.dcs;
  const { Attributes = {} } = await sqs.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['All'] }));
  return Number(Attributes.ApproximateNumberOfMessages) + Number(Attributes.ApproximateNumberOfMessagesNotVisible);
}

async function receiveDead() {
  const QueueUrl = stack.queues.dcs.replace('fixture-dcs.fifo', 'fixture-dead.fifo');
  return (await sqs.send(new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10 }))).Messages ?? [];
}

describe('a queue and its function', () => {
  it('passes a message as an SQS event, and deletes it after success', async () => {
    await send('plain', 'some-group');
    await requestsOf('plain', 1);
    expect(deliveries('plain')[0]?.record).toMatchObject({
      eventSource: 'aws:sqs',
      eventSourceARN: 'arn:aws:sqs:eu-central-1:000000000000:fixture-dcs.fifo',
      awsRegion: 'eu-central-1',
      attributes: { ApproximateReceiveCount: '1', MessageGroupId: 'some-group' },
    });
    await vi.waitFor(async () => expect(await inQueue()).toBe(0));
  });

  it('keeps the order of a group', async () => {
    for (const n of [1, 2, 3, 4, 5]) await send(`ordered ${n}`, 'ordered');
    await requestsOf('ordered 5', 1);
    expect(received.map(({ body }) => body).filter((body) => body.startsWith('ordered'))).toEqual(
      [1, 2, 3, 4, 5].map((n) => `ordered ${n}`),
    );
  });

  it('passes messages of one group in one batch', async () => {
    const bodies = ['together 1', 'together 2', 'together 3'];
    const Entries = bodies.map((body, index) => ({
      ...{ Id: `${index}`, MessageBody: body },
      ...{ MessageGroupId: 'together', MessageDeduplicationId: randomUUID() },
    }));
    await sqs.send(new SendMessageBatchCommand({ QueueUrl: stack.queues.dcs, Entries }));
    await requestsOf('together 3', 1);
    expect(batches).toContainEqual(bodies);
  });

  it('blocks the group of a message that is delivered again, and no other', async () => {
    await send('fail', 'blocked');
    await requestsOf('fail', 1);
    await send('behind', 'blocked');
    await send('beside');
    await requestsOf('beside', 1);
    expect(deliveries('behind')).toHaveLength(0);
  });

  it('delivers a failed message again, and moves it to the dead-letter queue when it failed too often', async () => {
    for (const body of ['throw', 'wrong', 'exit', 'hang']) {
      await send(body);
      await requestsOf(body, 1);
    }
    const parked = new Set<string | undefined>();
    await vi.waitFor(
      async () => {
        for (const { Body } of await receiveDead()) parked.add(Body);
        expect([...parked]).toEqual(expect.arrayContaining(['fail', 'throw', 'wrong', 'exit', 'hang']));
      },
      { timeout: 25_000, interval: 200 },
    );
    for (const body of ['fail', 'throw', 'wrong', 'exit', 'hang']) expect(deliveries(body)).toHaveLength(2);
    expect(deliveries('behind').length).toBeGreaterThan(0);
    expect(lines.map(({ line }) => line).join('\n')).toContain('Task timed out after 1.00 seconds');
  }, 30_000);

  it('accepts an empty result as success', async () => {
    await send('nothing');
    await requestsOf('nothing', 1);
    expect(deliveries('nothing')).toHaveLength(1);
  });
});

describe('an HTTP route and its function', () => {
  it("replies with the function's result", async () => {
    const reply = await fetch(stack.webhookUrl, { method: 'POST', body: '{}' });
    expect({ status: reply.status, xEcho: reply.headers.get('x-echo') }).toEqual({ status: 202, xEcho: 'yes' });
  });

  it('hides the error that the function throws', async () => {
    const reply = await fetch(stack.webhookUrl, { method: 'POST', headers: { 'x-throw': 'yes' } });
    expect({ status: reply.status, text: await reply.text() }).toEqual({
      status: 500,
      text: '{"message":"Internal Server Error"}',
    });
    expect(lines.some(({ line, level }) => level === 'error' && line.includes('as the request asked'))).toBe(true);
  });
});

describe('a stack', () => {
  it('names the resources that it leaves out', () => {
    expect(lines[0]?.line).toContain('Timer (AWS::Scheduler::Schedule)');
  });

  it('does not start if a function does not', async () => {
    const broken = fileURLToPath(new URL('../fixtures/local/broken-package', import.meta.url));
    await expect(startStack({ folder: broken, startProvider })).rejects.toThrow(
      /fixture-broken did not start.*at init/s,
    );
  });

  it('names its workers, and replaces one that was killed from outside', async () => {
    const pid = () => received.at(-1)?.pid ?? 0;
    await send('before the end', 'ended');
    await requestsOf('before the end', 1);
    const first = pid();
    expect(stack.workers()).toContainEqual({ functionName: 'fixture-changes', pid: first, busy: expect.any(Boolean) });
    process.kill(first, 'SIGKILL');
    await vi.waitFor(() => expect(stack.workers().map((worker) => worker.pid)).not.toContain(first));
    await send('after the end', 'ended');
    await requestsOf('after the end', 1);
    expect(pid()).not.toBe(first);
  });

  it('leaves no worker and no file behind, even in the middle of an invocation, and may be stopped twice', async () => {
    const other = await startStack({ folder, startProvider });
    const pid = new Promise<number>((resolve) => other.onResult(({ detail }) => resolve(JSON.parse(detail).pid)));
    await other.send('dcs', 'hang', 'one', 'one');
    const worker = await pid;
    expect(isRunning(worker)).toBe(true);
    const start = performance.now();
    await Promise.all([other.stop(), other.stop()]);
    await other.stop();
    expect(performance.now() - start).toBeLessThan(2000);
    expect(isRunning(worker)).toBe(false);
    expect((await readdir(LOCAL_FOLDER)).filter((name) => name.startsWith(`run-${process.pid}-`))).toHaveLength(1);
  });
});
