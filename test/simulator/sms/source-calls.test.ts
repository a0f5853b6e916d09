import { describe, expect, it } from 'vitest';
import type { Members } from '../../../simulator/json.ts';
import { start, TASK } from '../calling.ts';

const SOURCE = 'source-1';
const path = `/v3/sources/${SOURCE}`;
const show = { method: 'GET', path };
const remove = { method: 'DELETE', path };
const sources = { sms: [{ source_id: SOURCE, name: 'web' }] };
const withTask = (state: string) => ({
  sources,
  tasks: { sms: [{ task_id: TASK, state, source_server: { id: SOURCE } }] },
});

describe('ShowServer', () => {
  it('shows a source server without a task', async () => {
    const { signed } = await start({ sources });
    expect(await signed(show)).toMatchObject({
      status: 200,
      body: {
        id: SOURCE,
        name: 'web',
        state: 'waiting',
        connected: true,
        current_task: null,
        migration_cycle: 'setting',
      },
    });
  });

  it.each([
    ['READY', 'waiting'],
    ['RUNNING', 'replicate'],
    ['MIGRATE_SUCCESS', 'finished'],
    ['SYNCING', 'syncing'],
    ['ABORT', 'stopped'],
    ['SYNC_FAIL', 'error'],
  ])('shows its task at %s, and the state that follows from it', async (task, state) => {
    const { signed } = await start(withTask(task));
    const { body } = await signed(show);
    expect(body).toMatchObject({ state, current_task: { id: TASK, state: task, target_server: { vm_id: '' } } });
    expect((await signed({ method: 'GET', path: `/v3/tasks/${TASK}` })).body.source_server).toEqual({
      id: SOURCE,
      state,
    });
  });

  it('shows an older state while reads lag', async () => {
    let now = Date.UTC(2026, 0, 2);
    const { signed } = await start({ ...withTask('READY'), clock: () => now, settings: { read_lag_ms: 1000 } });
    const stateNow = async () => (await signed({ ...show, time: now })).body.state;
    now += 2000;
    await signed({ method: 'POST', path: `/v3/tasks/${TASK}/action`, body: { operation: 'start' }, time: now });
    expect(await stateNow()).toBe('waiting');
    now += 1000;
    expect(await stateNow()).toBe('replicate');
  });
});

describe('ListServers', () => {
  const list = async (query: string, settings: object = {}) => {
    const web = { source_id: 'web', name: 'web', ip: '10.0.0.1' };
    const state = { state: 'unavailable', connected: false, vm_id: 'clone', is_consistency_result_exist: true };
    const db = { source_id: 'db', name: 'web-db', ...state };
    const { signed } = await start({ sources: { sms: [web, db] }, settings });
    const { count, source_servers = [] } = (await signed({ method: 'GET', path: `/v3/sources${query}` })).body as {
      count: number;
      source_servers: Members[];
    };
    return [count, source_servers.map(({ id }) => id)];
  };

  it.each([
    ['', [2, ['web', 'db']]],
    ['?id=db', [1, ['db']]],
    ['?state=unavailable', [1, ['db']]],
    ['?connected=true', [1, ['web']]],
    ['?ip=10.0.0.1', [1, ['web']]],
    ['?name=web', [2, ['web', 'db']]],
    ['?vm_id=clone', [1, ['db']]],
    ['?is_consistency_result_exist=true', [1, ['db']]],
    ['?is_consistency_result_exist=false', [1, ['web']]],
    ['?limit=1', [2, ['web']]],
    ['?limit=0&offset=1', [2, ['db']]],
    ['?id=none', [0, []]],
  ])('answers the query "%s"', async (query, expected) => {
    expect(await list(query)).toEqual(expected);
  });

  it('keeps to the settings', async () => {
    expect(await list('?name=web', { name_filter: 'exact' })).toEqual([1, ['web']]);
    expect(await list('', { max_page: 1 })).toEqual([2, ['web']]);
  });

  it('shows the current task, and refuses a page too large', async () => {
    const { signed } = await start(withTask('RUNNING'));
    const { body } = await signed({ method: 'GET', path: '/v3/sources' });
    expect(body.source_servers).toMatchObject([{ id: SOURCE, state: 'replicate', current_task: { id: TASK } }]);
    const { status, body: error } = await signed({ method: 'GET', path: '/v3/sources?limit=201' });
    expect({ status, error_code: error.error_code }).toEqual({ status: 400, error_code: 'SMS.9001' });
  });
});

describe('DeleteServer', () => {
  it('deletes a source server without a task, and logs it', async () => {
    const { signed, simulator } = await start({ sources });
    const { status, text } = await signed(remove);
    expect({ status, text }).toEqual({ status: 200, text: '' });
    const [received, applied] = simulator.log();
    expect(received).toMatchObject({ operation: 'DeleteServer', source: SOURCE });
    expect(applied).toMatchObject({ kind: 'applied', source: SOURCE, before: { id: SOURCE } });
    expect(applied?.after).toEqual({});
    expect((await signed({ method: 'GET', path: '/v3/sources' })).body).toEqual({ count: 0, source_servers: [] });
  });

  it('refuses a source server that has a task', async () => {
    const { signed } = await start(withTask('ABORT'));
    expect(await signed(remove)).toMatchObject({ status: 400, body: { error_code: 'SMS.7601' } });
    expect((await signed(show)).status).toBe(200);
  });

  it.each([400, 404] as const)(
    'answers a missing source server with %i as set, and so does ShowServer',
    async (status) => {
      const { signed } = await start({ settings: { sms_missing_status: status } });
      for (const call of [remove, show]) {
        expect(await signed(call)).toMatchObject({ status, body: { error_code: 'SMS.7602' } });
      }
    },
  );
});
