import { describe, expect, it } from 'vitest';
import { DEFAULT_PROJECT_ID } from '../../../simulator/credentials.ts';
import type { Members } from '../../../simulator/json.ts';
import type { Options } from '../../../simulator/server.ts';
import { DCS, ONLINE, start } from '../calling.ts';

const named = (...names: string[]) => ({
  dcs: names.map((task_name) => ({ project_id: DEFAULT_PROJECT_ID, task_id: `id-${task_name}`, task_name })),
});

const startList = async (options: Options = {}) => {
  const started = await start(options);
  const list = (query = '', time?: number) =>
    started.signed({ method: 'GET', path: `${DCS}/migration-tasks${query}`, ...(time !== undefined && { time }) });
  const names = async (query = '', time?: number) => {
    const { count, migration_tasks = [] } = (await list(query, time)).body as {
      count: number;
      migration_tasks: Members[];
    };
    return [count, migration_tasks.map(({ task_name }) => task_name)];
  };
  return { ...started, list, names };
};

describe('ListMigrationTask', () => {
  it('shows the tasks of the project as the page does', async () => {
    const tasks = { dcs: [...named('a').dcs, { project_id: 'other', task_id: 'other' }] };
    const { signed, control, list } = await startList({ tasks, clock: () => Date.UTC(2026, 0, 2, 3, 4, 5) });
    await signed({
      method: 'POST',
      path: `${DCS}/migration/id-a/task`,
      body: ONLINE,
      time: Date.UTC(2026, 0, 2, 3, 4, 5),
    });
    await control('PUT', `tasks/dcs/${DEFAULT_PROJECT_ID}/id-b`, { status: 'DELETED' });
    const { status, body } = await list('', Date.UTC(2026, 0, 2, 3, 4, 5));
    expect(status).toBe(200);
    expect(body).toMatchObject({
      count: 1,
      migration_tasks: [
        {
          task_id: 'id-a',
          task_name: 'a',
          status: 'FULLMIGRATING',
          description: '',
          created_at: '2026-01-02T03:04:05.000Z',
          data_source: '192.168.1.1:6379,192.168.0.0:6379',
          source_instance_id: null,
          target_instance_id: 'cf4a05df-1c38-47c5-bb5a-0a7b3673b3bd',
          error_message: null,
        },
      ],
    });
    expect(JSON.stringify(body)).not.toMatch(/password|tenant_vpc_id/);
  });

  it('gives pages of ten, or as asked', async () => {
    const all = 'abcdefghijkl'.split('');
    const { names } = await startList({ tasks: named(...all) });
    expect(await names()).toEqual([12, all.slice(0, 10)]);
    expect(await names('?offset=10')).toEqual([12, ['k', 'l']]);
    expect(await names('?offset=3&limit=2')).toEqual([12, ['d', 'e']]);
    expect(await names('?offset=12&limit=1000')).toEqual([12, []]);
  });

  it('gives no larger page than is set', async () => {
    const { names } = await startList({ tasks: named('a', 'b', 'c'), settings: { max_page: 2 } });
    expect(await names('?limit=1000')).toEqual([3, ['a', 'b']]);
    expect(await names('?limit=1000&offset=2')).toEqual([3, ['c']]);
  });

  it.each([
    ['part', ['move', 'move-2']],
    ['exact', ['move']],
  ] as const)('filters names by %s', async (name_filter, expected) => {
    const { names } = await startList({ tasks: named('move', 'move-2', 'other'), settings: { name_filter } });
    expect(await names('?name=move')).toEqual([expected.length, expected]);
    expect(await names('?name=')).toEqual([3, ['move', 'move-2', 'other']]);
    expect(await names('?name=none')).toEqual([0, []]);
  });

  it('shows a created task only after a while, if that is set', async () => {
    let now = Date.UTC(2026, 0, 2);
    const { signed, names } = await startList({
      clock: () => now,
      settings: { list_lag_ms: 1000 },
      tasks: named('old'),
    });
    const body = { name: 'new', vpc_id: 'v', subnet_id: 's', security_group_id: 'g' };
    await signed({ method: 'POST', path: `${DCS}/migration/instance`, body, time: now });
    now += 999;
    expect(await names('', now)).toEqual([1, ['old']]);
    now += 1;
    expect(await names('', now)).toEqual([2, ['old', 'new']]);
  });

  it.each(['?limit=0', '?limit=1001', '?limit=x', '?offset=-1', '?limit='])('refuses the query %s', async (query) => {
    const { list } = await startList();
    const error_msg = `Invalid ${query.slice(1).split('=')[0]} parameter in the request.`;
    expect(await list(query)).toMatchObject({ status: 400, body: { error_code: 'DCS.4063', error_msg } });
  });
});
