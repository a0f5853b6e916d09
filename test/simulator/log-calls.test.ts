import { setTimeout as wait } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { DEFAULT_PROJECT_ID } from '../../simulator/credentials.ts';
import { createLog, type Entry } from '../../simulator/log.ts';
import { readLog } from '../../simulator/log-calls.ts';
import type { World } from '../../simulator/world.ts';
import { DCS_TASK, SMS_TASK, start, TASK } from './calling.ts';

const OTHER = 'other-source';
const show = { method: 'GET', path: DCS_TASK };
const rename = { method: 'PUT', path: SMS_TASK, body: { name: 'renamed' } };
const deleteServer = { method: 'DELETE', path: `/v3/sources/${OTHER}` };

/** A simulator that three calls have come to: a read, an update and one that is refused. */
const startWithCalls = async () => {
  const started = await start();
  for (const call of [show, rename, deleteServer]) await started.signed(call);
  const read = async (query: string) =>
    (await started.control('GET', `log?${query}`)).body as { entries: Entry[]; next: number };
  return { ...started, read };
};

describe('the filters of the log', () => {
  it.each([
    ['kind=received', [1, 3, 6]],
    ['kind=applied', [4]],
    ['service=dcs', [1, 2]],
    ['operation=UpdateTask', [3, 4, 5]],
    ['method=DELETE', [6, 7]],
    [`task=${TASK}`, [1, 2, 3, 4, 5]],
    [`project=${DEFAULT_PROJECT_ID}`, [1, 2]],
    [`source=${OTHER}`, [6, 7]],
    ['job=none', []],
    ['fault=fault-1', []],
    ['status=400', [7]],
    ['code=SMS.7602', [7]],
    ['kind=answered&service=sms', [5, 7]],
    ['kind=received&after=1', [3, 6]],
  ])('find by %s the entries %j', async (query, numbers) => {
    const { read } = await startWithCalls();
    const { entries, next } = await read(query);
    expect(entries.map(({ n }) => n)).toEqual(numbers);
    expect(next).toBe(7);
  });

  it('find the entries of one request', async () => {
    const { read } = await startWithCalls();
    const [first] = (await read('service=sms&limit=1')).entries;
    expect((await read(`request=${first?.request}`)).entries.map(({ n }) => n)).toEqual([3, 4, 5]);
  });

  it('leave nothing out when the log is read on page by page', async () => {
    const { read } = await startWithCalls();
    const page = async (after: number) => {
      const { entries, next } = await read(`kind=received&limit=2&after=${after}`);
      return [entries.map(({ n }) => n), next];
    };
    expect(await page(0)).toEqual([[1, 3], 3]);
    expect(await page(3)).toEqual([[6], 7]);
  });
});

describe('the count of the log', () => {
  it.each([
    ['', { count: 7, operations: { ShowMigrationTask: 2, UpdateTask: 3, DeleteServer: 2 } }],
    ['?kind=received&service=sms', { count: 2, operations: { UpdateTask: 1, DeleteServer: 1 } }],
    ['?kind=received&after=3', { count: 1, operations: { DeleteServer: 1 } }],
    ['?task=none', { count: 0, operations: {} }],
  ])('with the query "%s" is %j', async (query, counts) => {
    const { control } = await startWithCalls();
    expect((await control('GET', `log/count${query}`)).body).toEqual(counts);
  });
});

describe('a read of the log that waits', () => {
  it('ends as soon as the entry is there', async () => {
    const { read, signed } = await startWithCalls();
    const reading = read('after=7&kind=applied&wait_ms=60000');
    await signed(show);
    await signed(rename);
    expect((await reading).entries.map(({ kind, operation }) => [kind, operation])).toEqual([
      ['applied', 'UpdateTask'],
    ]);
  });

  it('waits for as many entries as it asks for, those that are there included', async () => {
    const { read, signed } = await startWithCalls();
    let ended = false;
    const reading = read('kind=applied&count=3&wait_ms=60000').finally(() => {
      ended = true;
    });
    await signed(rename);
    await wait(50);
    expect(ended).toBe(false);
    await signed(rename);
    expect((await reading).entries.length).toBe(3);
  });

  it('ends at once if the entries are there', async () => {
    const { read } = await startWithCalls();
    expect((await read('kind=received&count=3&wait_ms=60000')).entries.length).toBe(3);
  });

  it('ends after its time with what there is', async () => {
    const { read } = await startWithCalls();
    expect(await read('kind=applied&count=2&wait_ms=50')).toMatchObject({ entries: [{ n: 4 }], next: 7 });
  });

  it.each(['closing', 'left'])('ends when the signal %s says so', async (which) => {
    const signals = { closing: new AbortController(), left: new AbortController() };
    const world = { log: createLog(Date.now), closing: signals.closing.signal } as World;
    const query = new URLSearchParams('wait_ms=60000');
    const reading = readLog(world, { ids: [], body: undefined, query, left: signals.left.signal });
    signals[which as keyof typeof signals].abort();
    expect(await reading).toEqual({ status: 200, body: { entries: [], next: 0 } });
  });
});

describe('the log', () => {
  it.each([
    ['log?kind=sent', 'kind: '],
    ['log?kind=received&kind=applied', 'query: a name may come only once'],
    ['log?count=1', 'count: needs wait_ms'],
    ['log?count=0&wait_ms=1', 'count: '],
    ['log?wait_ms=-1', 'wait_ms: '],
    ['log?task=', 'task: '],
    ['log/count?limit=1', 'Unrecognized key: "limit"'],
  ])('refuses %s and names the parameter', async (path, error) => {
    const { control } = await start();
    const { status, body } = await control('GET', path);
    expect({ status, error: body.error }).toEqual({ status: 400, error: expect.stringContaining(error) });
  });
});
