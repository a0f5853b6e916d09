import { describe, expect, it } from 'vitest';
import type { Members } from '../../../simulator/json.ts';
import type { Options } from '../../../simulator/server.ts';
import { start } from '../calling.ts';

const task = (name: string, more: Members = {}) => ({ task_id: `id-${name}`, name, ...more });
const source = (id: string) => ({ source_server: { id, name: id } });

const startList = async (options: Options = {}) => {
  const started = await start(options);
  const list = (query = '', time?: number) =>
    started.signed({ method: 'GET', path: `/v3/tasks${query}`, ...(time !== undefined && { time }) });
  const names = async (query = '', time?: number) => {
    const { count, tasks = [] } = (await list(query, time)).body as { count: number; tasks: Members[] };
    return [count, tasks.map(({ name }) => name)];
  };
  return { ...started, list, names };
};

describe('ListTasks', () => {
  it('shows what the page says of a task, and nothing else', async () => {
    const { list } = await startList({ tasks: { sms: [task('a', { ...source('s'), syncing: true, secret: 'x' })] } });
    const { status, body } = await list();
    expect({ status, count: body.count }).toEqual({ status: 200, count: 1 });
    expect(body.tasks).toMatchObject([
      {
        id: 'id-a',
        name: 'a',
        type: 'MIGRATE_BLOCK',
        os_type: 'LINUX',
        state: 'READY',
        create_date: expect.any(Number),
        syncing: true,
        source_server: { id: 's', name: 's' },
        target_server: { id: 'id-a', vm_id: '' },
      },
    ]);
    expect(body.tasks).not.toMatchObject([{ secret: 'x' }]);
  });

  it('filters by state, id, source server and name', async () => {
    const tasks = { sms: [task('web', source('s')), task('web-2', { state: 'ABORT' }), task('db', source('t'))] };
    const { names } = await startList({ tasks });
    expect(await names('?state=ABORT')).toEqual([1, ['web-2']]);
    expect(await names('?id=id-db')).toEqual([1, ['db']]);
    expect(await names('?source_server_id=s')).toEqual([1, ['web']]);
    expect(await names('?source_server_id=s&state=ABORT')).toEqual([0, []]);
    expect(await names('?name=web')).toEqual([2, ['web', 'web-2']]);
    expect(await names('?state=&id=&unknown=x')).toEqual([3, ['web', 'web-2', 'db']]);
  });

  it('filters by the exact name if that is set', async () => {
    const { names } = await startList({
      tasks: { sms: [task('web'), task('web-2')] },
      settings: { name_filter: 'exact' },
    });
    expect(await names('?name=web')).toEqual([1, ['web']]);
    expect(await names('?name=we')).toEqual([0, []]);
  });

  it('gives pages as asked, of a hundred without being asked, none larger than is set', async () => {
    const all = Array.from({ length: 103 }, (_, index) => `t${index}`);
    const { names, control } = await startList({ tasks: { sms: all.map((name) => task(name)) } });
    expect(await names()).toEqual([103, all.slice(0, 100)]);
    expect(await names('?limit=0&offset=100')).toEqual([103, all.slice(100)]);
    expect(await names('?limit=200')).toEqual([103, all]);
    await control('PUT', 'settings', { max_page: 3 });
    expect(await names('?limit=200&offset=99')).toEqual([103, all.slice(99, 102)]);
  });

  it('shows a created task only after a while, though its source server shows it', async () => {
    let now = Date.UTC(2026, 0, 2);
    const { signed, names } = await startList({
      clock: () => now,
      settings: { list_lag_ms: 1000 },
      tasks: { sms: [task('old')] },
      sources: { sms: [{ source_id: 's' }] },
    });
    const where = { region_name: 'r', region_id: 'r', project_name: 'p', project_id: 'p' };
    const servers = { source_server: { id: 's' }, target_server: { vm_id: 'v', name: 'n' } };
    const body = { name: 'new', type: 'MIGRATE_FILE', ...where, ...servers };
    const { id } = (await signed({ method: 'POST', path: '/v3/tasks', body, time: now })).body;
    expect(await names('', now)).toEqual([1, ['old']]);
    const shown = await signed({ method: 'GET', path: '/v3/sources/s', time: now });
    expect(shown.body.current_task).toMatchObject({ id });
    now += 1000;
    expect(await names('', now)).toEqual([2, ['old', 'new']]);
  });

  it.each(['?limit=201', '?limit=-1', '?offset=65536', '?offset=x'])('refuses the query %s', async (query) => {
    const { list } = await startList();
    expect(await list(query)).toMatchObject({ status: 400, body: { error_code: 'SMS.9001' } });
  });
});
