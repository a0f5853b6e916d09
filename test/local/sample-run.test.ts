import { createHash } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { runSamples } from '../../local/sample-run.ts';
import { readSamples } from '../../local/samples.ts';
import type { Stack } from '../../local/stack.ts';
import { groupOf } from '../../src/lib/change/message.ts';
import { completionOf } from '../../src/lib/relay/completion.ts';
import type { Completion } from '../../src/lib/relay/result.ts';
import type { Result } from '../../src/lib/relay/result-schema.ts';
import type { PublishedEvent } from '../../stand-ins/eventbridge/entries.ts';
import { close, listen } from '../../stand-ins/listen.ts';
import { resultOf } from './made-results.ts';

const TASK = '0401def0-be16-4e1a-8d9c-000000000001';
const change = (id: string, task = TASK) =>
  JSON.stringify({
    ...{ specversion: '1.0', id, source: '/s', type: 'migration.sms.task.update' },
    data: { task_id: task, body: {} },
  });
const FILES: Record<string, string> = {
  'one.json': change('one'),
  'again.json': change('one'),
  'other.json': change('other', 'another-task'),
  'broken.txt': '{"id":',
};

interface Entry {
  n: number;
  kind: string;
  method: string;
  path: string;
}

/** The task of a body; undefined for an unreadable one. */
const taskOf = (body: string) => /"task_id":"([^"]+)"/.exec(body)?.[1] ?? 'none';

let folder: string;
let simulator: Server;
let simulatorUrl: string;
const log: Entry[] = [];
const made: string[] = [];
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'samples-'));
  for (const [name, text] of Object.entries(FILES)) await writeFile(join(folder, name), text);
  simulator = createServer((request, response) => {
    const after = Number(new URL(request.url ?? '', 'http://s').searchParams.get('after'));
    if (request.method === 'PUT') made.push(request.url ?? '');
    response.end(JSON.stringify({ entries: log.filter(({ n }) => n > after), next: log.length }));
  });
  simulatorUrl = await listen(simulator);
});
afterAll(async () => {
  await close(simulator);
  await rm(folder, { recursive: true });
});
beforeEach(() => {
  log.length = 0;
  made.length = 0;
});

/** A stack in which `answer` decides what is published for a body. Every readable body causes one call. */
function fakeStack(answer: (body: string, times: number) => Result[]) {
  const sent: { service: string; body: string; group: string }[] = [];
  let tell: (event: PublishedEvent) => void = () => {};
  const stack = {
    simulatorUrl,
    onResult: (listener: typeof tell) => {
      tell = listener;
    },
    async send(service: string, body: string, group: string) {
      sent.push({ service, body, group });
      log.push({ n: log.length + 1, kind: 'received', method: 'PUT', path: `/v3/tasks/${taskOf(body)}` });
      log.push({ n: log.length + 1, kind: 'received', method: 'GET', path: `/v3/tasks/${taskOf(body)}` });
      const times = sent.filter((one) => one.body === body).length;
      for (const result of answer(body, times)) {
        setTimeout(() => tell({ source: 's', detailType: 't', bus: 'b', detail: JSON.stringify(result) }));
      }
    },
  };
  return { stack: stack as unknown as Stack, sent };
}

async function run(manifest: object[], answer: (body: string, times: number) => Result[]) {
  await writeFile(join(folder, 'samples.json'), JSON.stringify(manifest));
  const { stack, sent } = fakeStack(answer);
  const silent = { verdict: () => {}, result: () => {} };
  const verdicts = await runSamples(stack, await readSamples(folder), AbortSignal.timeout(300), silent);
  return { sent, faults: verdicts.map(({ problems }) => problems) };
}

const sample = (file: string, expected: object = {}) => ({
  file,
  given: null,
  outcome: 'succeeded',
  calls: 1,
  ...expected,
});
const result = (body: string, ending?: Completion) => {
  const { id, source } = JSON.parse(body);
  return resultOf({ id, source }, ending);
};

describe('a run of the samples', () => {
  it('creates the given task, and sends the exact text to the queue of its service, grouped by task', async () => {
    const { sent, faults } = await run([sample('one.json', { given: { service: 'sms', state: 'READY' } })], (body) => [
      result(body),
    ]);
    expect(faults).toEqual([[]]);
    expect(made).toEqual([`/simulator/tasks/sms/${TASK}`]);
    expect(sent).toEqual([{ service: 'sms', body: FILES['one.json'], group: groupOf({ service: 'sms', id: TASK }) }]);
  });

  it('gives each sample of one change its own result, in order', async () => {
    const manifest = [sample('one.json'), sample('again.json', { outcome: 'rejected', code: 'idempotency_conflict' })];
    const { faults } = await run(manifest, (body, times) => [
      times === 1 ? result(body) : result(body, completionOf('idempotency_conflict')),
    ]);
    expect(faults).toEqual([[], []]);
  });

  it('recognises an unreadable message by the hash of its bytes', async () => {
    const hash = createHash('sha256').update('{"id":').digest('hex');
    const expected = { outcome: 'rejected', code: 'change_unreadable', calls: 0 };
    const { sent, faults } = await run([sample('broken.txt', expected)], () => [
      resultOf({ hash }, completionOf('change_unreadable')),
    ]);
    expect(faults).toEqual([[]]);
    expect(sent[0]?.service).toBe('dcs');
  });

  it.each([
    ['another outcome', { outcome: 'failed' }, 'outcome is succeeded, expected failed'],
    ['another code', { code: 'x' }, 'code is none, expected x'],
    ['another number of calls', { calls: 2 }, 'number of calls is 1, expected 2'],
    ['other ignored fields', { ignored_fields: ['a'] }, 'ignored fields is none, expected a'],
  ])('reports %s', async (_name, expected, fault) => {
    const { faults } = await run([sample('one.json', expected)], (body) => [result(body)]);
    expect(faults).toEqual([[fault]]);
  });

  it('reports a missing result after a limited time', async () => {
    const { faults } = await run([sample('one.json'), sample('other.json')], (body) =>
      body === FILES['one.json'] ? [] : [result(body)],
    );
    expect(faults).toEqual([['no result'], []]);
  });

  it('reports a surplus result', async () => {
    const { faults } = await run([sample('one.json')], (body) => [result(body), result(body)]);
    expect(faults).toEqual([['more results than samples of this change']]);
  });
});
