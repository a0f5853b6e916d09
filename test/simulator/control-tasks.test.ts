import { describe, expect, it } from 'vitest';
import { DEFAULT_PROJECT_ID } from '../../simulator/credentials.ts';
import { DCS_TASK, start, TASK } from './calling.ts';

describe('the control routes of source servers', () => {
  it('create, show, replace and remove them', async () => {
    const { control } = await start();
    expect((await control('GET', 'sources/sms/s')).status).toBe(404);
    const { status, body } = await control('PUT', 'sources/sms/s', { name: 'web', extra: 1 });
    expect({ status, body }).toMatchObject({
      status: 200,
      body: { id: 's', name: 'web', extra: 1, state: 'waiting', connected: true, current_task: null },
    });
    expect((await control('GET', 'sources/sms/s')).body).toEqual(body);
    expect((await control('GET', 'sources')).body).toEqual({ sms: [body] });
    expect((await control('PUT', 'sources/sms/s')).body).not.toHaveProperty('extra');
    expect((await control('DELETE', 'sources/sms/s')).status).toBe(204);
    expect((await control('DELETE', 'sources/sms/s')).status).toBe(404);
    expect((await control('GET', 'sources')).body).toEqual({ sms: [] });
  });

  it('show the task of a source server in place of the one that it was created with', async () => {
    const { control } = await start();
    await control('PUT', 'sources/sms/s', { current_task: { id: 'other' }, state: 'cloning' });
    expect((await control('GET', 'sources/sms/s')).body).toMatchObject({
      current_task: { id: 'other' },
      state: 'cloning',
    });
    await control('PUT', `tasks/sms/${TASK}`, { source_server: { id: 's' }, state: 'SYNCING' });
    expect((await control('GET', 'sources/sms/s')).body).toMatchObject({
      current_task: { id: TASK },
      state: 'syncing',
    });
  });

  it('reset them to the start, or leave them with the tasks', async () => {
    const { control } = await start({ sources: { sms: [{ source_id: 'first' }] } });
    await control('PUT', 'sources/sms/other');
    await control('POST', 'reset', { keep_tasks: true });
    expect((await control('GET', 'sources')).body.sms).toMatchObject([{ id: 'first' }, { id: 'other' }]);
    await control('POST', 'reset');
    expect((await control('GET', 'sources')).body.sms).toMatchObject([{ id: 'first' }]);
  });

  it.each([
    [{ id: 'other' }, 'id: is not the id of the path, s'],
    [[], 'body: must be a JSON object'],
  ])('refuse %j and name the field', async (body, error) => {
    const { control } = await start();
    expect(await control('PUT', 'sources/sms/s', body)).toMatchObject({ status: 400, body: { error } });
  });
});

describe('the control routes of tasks', () => {
  it('show a task that a call deleted, and remove it for good', async () => {
    const { control, signed } = await start({ settings: { deleted_task: 'SUCCESS' } });
    const task = `tasks/dcs/${DEFAULT_PROJECT_ID}/${TASK}`;
    const path = `/v2/${DEFAULT_PROJECT_ID}/migration-tasks/delete`;
    await signed({ method: 'DELETE', path, body: { task_id_list: [TASK] } });
    expect((await control('GET', task)).body.status).toBe('DELETED');
    expect((await signed({ method: 'GET', path: DCS_TASK })).body.status).toBe('SUCCESS');
    expect((await control('DELETE', task)).status).toBe(204);
    expect((await signed({ method: 'GET', path: DCS_TASK })).body.error_code).toBe('DCS.4133');
  });
});
