import { setTimeout as sleep } from 'node:timers/promises';
import {
  ChangeMessageVisibilityCommand,
  DeleteMessageCommand,
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest';
import { LOCAL_SECRETS } from '../../local/local-secrets.ts';
import { relay as runRelay, type Setting } from './terminal.ts';
import { type OwnStack, startOwnStack } from './with-stack.ts';

const FINGERPRINT = 'migration-relay/local/fingerprint';
const event = (id: string, task: string, more: object = {}) =>
  JSON.stringify({
    ...{ specversion: '1.0', id, source: '/cli-test', type: 'migration.dcs.migration-task.update' },
    data: { project_id: '0'.repeat(32), task_id: task, body: { resume_mode: 'auto' } },
    ...more,
  });

let own: OwnStack;
let sqs: SQSClient;
const relay = (args: string[], setting: Setting = {}) => runRelay(args, { ...setting, env: own.env });
const json = (text: string) => JSON.parse(text);
const dead = async () => {
  const QueueUrl = own.stack.queues.dcs.replace('-changes.fifo', '-changes-dead.fifo');
  const AttributeNames = ['ApproximateNumberOfMessages', 'ApproximateNumberOfMessagesNotVisible'] as const;
  const { Attributes } = await sqs.send(
    new GetQueueAttributesCommand({ QueueUrl, AttributeNames: [...AttributeNames] }),
  );
  return AttributeNames.map((name) => Number(Attributes?.[name]));
};

/** A proxy before the queues: `around` runs a request when it likes, or not at all. The stack's workers use it too. */
function standBetween(around: (request: object, run: () => Promise<unknown>) => Promise<unknown>): void {
  const send = SQSClient.prototype.send as (this: SQSClient, ...words: unknown[]) => Promise<unknown>;
  const spy = vi.spyOn(SQSClient.prototype, 'send').mockImplementation(function (this: SQSClient, ...words: unknown[]) {
    return around(words[0] as object, () => send.apply(this, words));
  });
  onTestFinished(() => spy.mockRestore());
}

const looksInto = (request: object, service: string) =>
  request instanceof ReceiveMessageCommand && request.input.QueueUrl?.includes(`${service}-changes-dead`);

// Without the secret of fingerprints every delivery breaks before the claim. A few deliveries are enough.
beforeAll(async () => {
  own = await startOwnStack({ receives: 2, without: FINGERPRINT });
  const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
  sqs = new SQSClient({
    region: 'eu-central-1',
    endpoint: own.stack.endpoints.AWS_ENDPOINT_URL_SQS ?? '',
    credentials,
  });
  await own.stack.send('dcs', event('ord-1', 'task-1'), 'task-1', 'd-1');
  await own.stack.send('dcs', event('ord-2', 'task-2'), 'task-2', 'd-2');
  await own.stack.send('dcs', 'no change at all', 'task-3', 'd-3');
  for (let waited = 0; (await dead())[0] !== 3; waited++) {
    if (waited > 200) throw new Error('the messages did not die');
    await sleep(100);
  }
  own.secrets[FINGERPRINT] = LOCAL_SECRETS[FINGERPRINT] ?? '';
}, 60_000);
afterAll(async () => {
  sqs.destroy();
  await own.stop();
});

describe('relay dlq', () => {
  it('lists dead letters, why they are there, and what a replay would do, and removes nothing', async () => {
    const { code, out } = await relay(['dlq', 'list', '--no-color'], { terminal: true });
    expect(code).toBe(0);
    expect(out).toMatch(/^WHEN +CHANGE +REASON +REPLAY WOULD\n/);
    expect(out).toMatch(/ord-1 +the relay failed: \w+.* +send it \(the relay has no record of it\)\n/);
    expect(out).toMatch(/reject it: it is not a change, send a corrected one/);
    expect(out).toMatch(/3 dead letters, none removed\.\nNext: relay dlq replay/);
    expect(await dead()).toEqual([3, 0]);
  });

  it('is suggested by the story of a change in the dead-letter queue', { timeout: 45_000 }, async () => {
    // On a busy machine a message is a dead letter before its function has logged the last delivery.
    for (const id of ['ord-1', 'ord-2'])
      await expect
        .poll(async () => json((await relay(['status', id, '--json'])).out).state, { timeout: 20_000 })
        .toBe('dead');
    const { code, out } = await relay(['status', 'ord-1', '--no-color'], { terminal: true });
    expect(code).toBe(0);
    expect(out).toMatch(
      /^✗ dead {2}It is in the dead-letter queue: the function failed before it could claim the change \(\w+\)\. /m,
    );
    expect(out).toMatch(/Fix: remove the cause, then put it back\nNext: relay dlq replay ord-1\n$/);
    expect(json((await relay(['status', 'ord-9', '--json'])).out)).toMatchObject({ state: 'not seen' });
  });

  it('shows one dead letter completely, and nothing of one that is not JSON', async () => {
    const { out } = await relay(['dlq', 'show', 'ord-1', '--json']);
    expect(json(out)).toMatchObject({
      id: 'ord-1',
      forecast: 'call',
      body: { id: 'ord-1', data: { task_id: 'task-1' } },
    });
    const { items } = json((await relay(['dlq', 'list', '--json'])).out) as {
      items: { id: string | null; message: string }[];
    };
    const other = items.find(({ id }) => id === null)?.message ?? '';
    expect(json((await relay(['dlq', 'show', other, '--json'])).out).body).toBe('(16 bytes, not a JSON object)');
    expect(await dead()).toEqual([3, 0]);
  });

  it('masks what may not be shown, and prints no terminal control sequence', async () => {
    const body = { pwd: 'CANARY', 'password ': 'CANARY', source_instance: { addrs: 'redis://:CANARY@host:6379' } };
    const hostile = JSON.stringify({
      id: 'h\u202e1',
      source: '/x',
      type: 't\u009b2J',
      data: { task_id: 'a\u200bb', body },
    });
    const QueueUrl = own.stack.queues.dcs.replace('-changes.fifo', '-changes-dead.fifo');
    const ids = { MessageGroupId: 'hostile', MessageDeduplicationId: 'd-h' };
    const { MessageId = '' } = await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: hostile, ...ids }));
    const shown = await relay(['dlq', 'show', MessageId, '--no-color'], { terminal: true });
    const machine = await relay(['dlq', 'show', MessageId, '--json']);
    const listed = await relay(['dlq', 'list', '--no-color'], { terminal: true });
    const { Messages = [] } = await sqs.send(new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10 }));
    for (const { MessageId: id, ReceiptHandle } of Messages) {
      if (id === MessageId) await sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }));
      else await sqs.send(new ChangeMessageVisibilityCommand({ QueueUrl, ReceiptHandle, VisibilityTimeout: 0 }));
    }
    expect(shown.code).toBe(0);
    for (const { out } of [shown, machine, listed]) expect(out).not.toMatch(/[\u0080-\u009f]|\p{Cf}|CANARY/u);
    expect(shown.out).toContain('"task_id": "a\\u200bb"');
    expect(shown.out).toContain('"addrs": "redis://(hidden)@host:6379"');
    expect(json(machine.out).body).toMatchObject({ id: 'h\u202e1', data: { body: { pwd: '(hidden)' } } });
    expect(await dead()).toEqual([3, 0]);
  });

  it.each([0, 5, 10, 20, 40, 80])(
    'makes the messages visible again when it is interrupted after %d ms',
    async (moment) => {
      const interrupt = new AbortController();
      const running = relay(['dlq', 'list'], { signal: interrupt.signal });
      setTimeout(() => interrupt.abort(), moment);
      await running;
      expect(await dead()).toEqual([3, 0]);
    },
  );

  it('makes the messages visible again when one queue fails while another still answers', async () => {
    standBetween(async (request, run) => {
      if (looksInto(request, 'sms')) throw new Error('this queue is away');
      const answer = await run();
      if (looksInto(request, 'dcs')) await sleep(100);
      return answer;
    });
    const { code, err } = await relay(['dlq', 'list']);
    expect({ code, err }).toEqual({ code: 1, err: expect.stringContaining('this queue is away') });
    expect(await dead()).toEqual([3, 0]);
  });

  it('shows the forecast and does nothing with -n', async () => {
    const { code, out } = await relay(['dlq', 'replay', '--all', '-n']);
    expect(code).toBe(0);
    expect(
      out
        .trim()
        .split('\n')
        .map((line) => line.split('\t').slice(1).join(' '))
        .sort(),
    ).toEqual(['refused reject', 'would be put back call', 'would be put back call']);
    expect(await dead()).toEqual([3, 0]);
  });

  it('puts back one dead letter, which is then processed and has a line in its story', async () => {
    let sent = 0;
    standBetween(async (request, run) => {
      const answer = await run();
      if (!(request instanceof SendMessageCommand)) return answer;
      sent = Date.now();
      await sleep(100);
      return answer;
    });
    const { code, out, err } = await relay(['dlq', 'replay', 'ord-1']);
    expect({ code, out }).toEqual({ code: 0, out: 'ord-1\tput back\tcall\n' });
    expect(err).toContain('ord-1: the relay will send it (the relay has no record of it)');
    expect((await dead())[0]).toBe(2);
    const ended = await relay(['status', 'ord-1', '--wait', '--timeout', '20s', '--json']);
    const story = json(ended.out) as {
      state: string;
      timeline: { kind: string; text: string; at: string }[];
    };
    // The task does not exist, so the provider refuses the request. What counts is that it was sent.
    expect({ code: ended.code, state: story.state }).toEqual({ code: 5, state: 'rejected' });
    const words = story.timeline.filter(({ kind }) => kind === 'operator');
    expect(words).toEqual([
      expect.objectContaining({ text: expect.stringMatching(/^put back from the dead letters by /) }),
    ]);
    // A worker receives it as soon as it is sent, and the story is in the order of time.
    expect(Date.parse(words[0]?.at ?? '')).toBeLessThanOrEqual(sent);
  });

  it('refuses a replay that would not help, and asks before one that would come after a newer change', async () => {
    const { items } = json((await relay(['dlq', 'list', '--json'])).out) as {
      items: { id: string | null; message: string }[];
    };
    const other = items.find(({ id }) => id === null)?.message ?? '';
    const useless = await relay(['dlq', 'replay', other]);
    expect({ code: useless.code, err: useless.err }).toEqual({
      code: 1,
      err: expect.stringMatching(/\[replay_refused\]\n {2}why {5}the relay would reject it/),
    });
    await own.stack.send('dcs', event('ord-3', 'task-2'), 'task-2', 'd-4');
    await relay(['status', 'ord-3', '--wait', '--timeout', '20s']);
    const late = await relay(['dlq', 'replay', 'ord-2', '--json']);
    expect(late.code).toBe(1);
    expect(json(late.err.trim().split('\n').at(-1) ?? '').error.code).toBe('replay_refused');
    expect((await relay(['dlq', 'replay', 'ord-2', '--out-of-order'])).code).toBe(0);
    expect((await dead())[0]).toBe(1);
  });

  it('repeats until all dead letters of a task are back, in their order, and counts what is left', {
    timeout: 60_000,
  }, async () => {
    const queue = own.stack.queues.dcs.replace('-changes.fifo', '-changes-dead.fifo');
    const numbers = Array.from({ length: 12 }, (_, at) => at + 1);
    for (const n of numbers) {
      const ids = { MessageGroupId: 'task-7', MessageDeduplicationId: `again-${n}` };
      await sqs.send(new SendMessageCommand({ QueueUrl: queue, MessageBody: event(`again-${n}`, 'task-7'), ...ids }));
    }
    // One receive returns at most ten, and the rest of their group waits behind them. One message that is not a change
    // was there before.
    const list = json((await relay(['dlq', 'list', '--json'])).out);
    expect(list.total).toBe(13);
    expect(list.items.length + list.left).toBe(13);
    expect(list.left).toBeGreaterThan(0);
    expect((await relay(['dlq', 'list'])).err).toMatch(
      /SQS counts \d+ more: behind the first of their task, beyond --limit/,
    );
    const dry = json((await relay(['dlq', 'replay', '--all', '-n', '--json'])).out);
    expect(dry).toMatchObject({ total: 13, replayed: 0, refused: 1, left: list.left });
    const some = await relay(['dlq', 'replay', '--all', '--limit', '2']);
    expect(some.out.split('\n').filter((line) => line.includes('put back'))).toHaveLength(2);
    expect(some.err).toMatch(/^2 put back, 1 refused, 10 left: /m);
    const rest = json((await relay(['dlq', 'replay', '--all', '--json'])).out);
    expect(rest).toMatchObject({ total: 11, replayed: 10, refused: 1, left: 0 });
    expect((await dead())[0]).toBe(1);
    const ended = async () => {
      const { items } = json((await relay(['results', '--json'])).out) as {
        items: { data: { change: { id?: string } } }[];
      };
      return items.flatMap(({ data: { change } }) => (change.id?.startsWith('again-') ? change.id : []));
    };
    await expect.poll(ended, { timeout: 20_000 }).toEqual(numbers.map((n) => `again-${n}`));
  });

  describe('one that other changes overtook', () => {
    const die = (id: string, task: string, group = task) => {
      const QueueUrl = own.stack.queues.dcs.replace('-changes.fifo', '-changes-dead.fifo');
      const ids = { MessageGroupId: group, MessageDeduplicationId: id };
      return sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: event(id, task), ...ids }));
    };
    const end = (id: string) => relay(['status', id, '--wait', '--timeout', '20s']);
    const forecasts = async () => {
      const { items } = json((await relay(['dlq', 'list', '--json'])).out) as {
        items: { id: string | null; forecast: string }[];
      };
      return Object.fromEntries(items.map(({ id, forecast }) => [id, forecast]));
    };

    it('is out of order when a change was put back first that may be newer', async () => {
      await die('other-1', 'task-8');
      await die('other-2', 'task-8', 'of-its-own');
      await relay(['dlq', 'replay', 'other-2']);
      await end('other-2');
      expect(await forecasts()).toMatchObject({ 'other-1': 'out-of-order' });
      await relay(['dlq', 'replay', 'other-1', '--out-of-order']);
    });

    it('remains so in the next run, although the one before it was put back out of order', {
      timeout: 30_000,
    }, async () => {
      await die('moved-1', 'task-9');
      await die('moved-2', 'task-9');
      await own.stack.send('dcs', event('newer', 'task-9'), 'task-9', 'd-newer');
      await end('newer');
      await relay(['dlq', 'replay', 'moved-1', '--out-of-order']);
      await end('moved-1');
      expect(await forecasts()).toMatchObject({ 'moved-2': 'out-of-order' });
    });
  });
});
