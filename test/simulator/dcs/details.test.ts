import { describe, expect, it } from 'vitest';
import { DEFAULT_PROJECT_ID } from '../../../simulator/credentials.ts';
import { DCS_TASK, ONLINE, SET_ONLINE, start, TASK } from '../calling.ts';

const set = { method: 'POST', path: SET_ONLINE };
const update = { method: 'PUT', path: DCS_TASK };
const show = { method: 'GET', path: DCS_TASK };
const task = `tasks/dcs/${DEFAULT_PROJECT_ID}/${TASK}`;
const instance = { addrs: '192.168.1.1:6379' };

describe('ShowMigrationTask', () => {
  const ids = { source_instance: { id: 'a-source', password: 'p' }, target_instance: { id: 'a-target' } };

  it('shows the same details each time of an instance that was configured by its id', async () => {
    const { signed, control } = await start();
    await signed({ ...set, body: { ...ONLINE, ...ids } });
    const [first, second] = [(await signed(show)).body, (await signed(show)).body];
    expect(second).toEqual(first);
    const known = {
      name: 'dcs-a-so',
      ip: expect.stringMatching(/^192\.168\.\d+\.\d+$/),
      port: '6379',
      addrs: expect.stringMatching(/^192\.168\.\d+\.\d+:6379$/),
      proxy_multi_db: false,
      db: '',
      task_status: 'RUNNING',
    };
    expect(first.source_instance).toEqual({ ...ids.source_instance, ...known });
    expect(first.target_instance).toMatchObject({ id: 'a-target', addrs: expect.any(String) });
    expect(first.target_instance).not.toMatchObject({ addrs: (first.source_instance as { addrs: string }).addrs });
    expect((await control('GET', task)).body).toMatchObject(ids);
  });

  it('shows only the addresses of an instance that was configured by addresses', async () => {
    const { signed, control } = await start();
    const sides = { source_instance: instance, target_instance: { id: 'i', addrs: '10.0.0.1:6380' } };
    await control('PUT', task, sides);
    const shown = (await signed(show)).body;
    expect(shown.source_instance).toEqual(instance);
    expect(shown.target_instance).toMatchObject(sides.target_instance);
  });

  it('shows a task that waits for its configuration without instances', async () => {
    const { signed } = await start();
    expect((await signed(show)).body).not.toHaveProperty('source_instance');
  });

  it('answers a missing task with 400, not 404', async () => {
    const { signed } = await start();
    const answer = await signed({ ...show, path: `/v2/${DEFAULT_PROJECT_ID}/migration-task/none` });
    expect({ status: answer.status, body: answer.body }).toEqual({
      status: 400,
      body: { error_code: 'DCS.4133', error_msg: 'Instance job is not found.' },
    });
  });

  it.each([
    ['huawei-cloud', 'INCRMIGEATING'],
    ['open-telekom-cloud', 'INCRMIGRATING'],
  ] as const)('spells the incremental state the way of %s: %s', async (cloud, status) => {
    const { signed, control } = await start({ cloud });
    await signed({ ...set, body: ONLINE });
    await control('POST', `${task}/advance`);
    expect((await signed(show)).body.status).toBe(status);
  });

  it('shows an older state while reads lag', async () => {
    let now = Date.now();
    const { signed } = await start({ clock: () => now, settings: { read_lag_ms: 1000 } });
    const readMode = async () => (await signed({ ...show, time: now })).body.resume_mode;
    now += 2000;
    await signed({ ...update, time: now, body: { resume_mode: 'manual' } });
    expect(await readMode()).toBeUndefined();
    now += 1000;
    expect(await readMode()).toBe('manual');
  });

  it.each([
    ['DCS.4133', { status: 400, shown: undefined, error_code: 'DCS.4133' }],
    ['DELETED', { status: 200, shown: 'DELETED', error_code: undefined }],
    ['SUCCESS', { status: 200, shown: 'SUCCESS', error_code: undefined }],
  ] as const)('answers a deleted task as set: %s', async (deleted_task, expected) => {
    const { signed, control } = await start({ settings: { deleted_task } });
    await control('PUT', task, { status: 'DELETED' });
    const { status, body } = await signed(show);
    expect({ status, shown: body.status, error_code: body.error_code }).toEqual(expected);
  });
});
