import { describe, expect, it } from 'vitest';
import { SMS_TASK, start, TASK } from '../calling.ts';

const SOURCE = 'source-1';
const remove = { method: 'DELETE', path: SMS_TASK };
const show = { method: 'GET', path: SMS_TASK };

const at = async (state: string, source: object = {}) =>
  start({
    tasks: { sms: [{ task_id: TASK, state, source_server: { id: SOURCE, state: 'waiting' } }] },
    sources: { sms: [{ source_id: SOURCE, ...source }] },
  });

describe('DeleteTask', () => {
  it.each(['READY', 'ABORT', 'MIGRATE_FAIL', 'SYNC_FAIL', 'MIGRATE_SUCCESS'])(
    'deletes a task that is %s, and frees its source server when it is gone',
    async (state) => {
      const { signed, control } = await at(state);
      const { status, text } = await signed(remove);
      expect({ status, text }).toEqual({ status: 200, text: '' });
      expect((await signed(show)).body.state).toBe('DELETING');
      expect((await control('GET', `sources/sms/${SOURCE}`)).body).toMatchObject({
        state: 'deleting',
        current_task: { id: TASK, state: 'DELETING' },
      });
      await control('POST', `tasks/sms/${TASK}/advance`);
      expect(await signed(show)).toMatchObject({ status: 400, body: { error_code: 'SMS.7703' } });
      expect((await control('GET', `sources/sms/${SOURCE}`)).body).toMatchObject({
        state: 'waiting',
        current_task: null,
      });
    },
  );

  it('takes a body that it does not need', async () => {
    const { signed } = await start();
    expect((await signed({ ...remove, body: {} })).status).toBe(200);
  });

  it.each(['RUNNING', 'SYNCING', 'SYNC_SUCCESS', 'SKIPPING', 'ABORTING', 'RESETING', 'DELETING'])(
    'is refused at %s while the source server is connected',
    async (state) => {
      const { signed, control } = await at(state);
      expect(await signed(remove)).toMatchObject({ status: 400, body: { error_code: 'SMS.7719' } });
      await control('PUT', `sources/sms/${SOURCE}`, { connected: false });
      expect((await signed(remove)).status).toBe(200);
    },
  );

  it('is refused in a state of the source server that no task brings about', async () => {
    const { signed } = await at('READY', { state: 'cloning' });
    expect((await signed(remove)).body.error_code).toBe('SMS.7719');
  });

  it.each([
    ['READY', true, 200],
    ['RUNNING', true, 400],
    ['RUNNING', false, 200],
  ])('goes by the task at %s, connected %s, if the source server is not known', async (state, connected, status) => {
    const { signed } = await start({ tasks: { sms: [{ task_id: TASK, state, connected }] } });
    expect((await signed(remove)).status).toBe(status);
  });

  it('is seen late where reads lag', async () => {
    let now = Date.UTC(2026, 0, 2);
    const { signed, control } = await start({ clock: () => now, settings: { read_lag_ms: 1000 } });
    now += 2000;
    await signed({ ...remove, time: now });
    await control('POST', `tasks/sms/${TASK}/advance`);
    now += 999;
    expect((await signed({ ...show, time: now })).body.state).toBe('READY');
    now += 1;
    expect((await signed({ ...show, time: now })).body.error_code).toBe('SMS.7703');
  });

  it.each([400, 404] as const)('answers a missing task with %i as set', async (status) => {
    const { signed } = await start({ settings: { sms_missing_status: status } });
    const missing = '/v3/tasks/none';
    for (const call of [
      { ...remove, path: missing },
      { ...show, path: missing },
    ]) {
      const { body, ...answer } = await signed(call);
      expect({ status: answer.status, body }).toEqual({
        status,
        body: { error_code: 'SMS.7703', error_msg: 'Task does not exist.' },
      });
    }
  });
});
