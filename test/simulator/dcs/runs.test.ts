import { describe, expect, it } from 'vitest';
import { DEFAULT_PROJECT_ID } from '../../../simulator/credentials.ts';
import { DCS, DCS_TASK, ONLINE, SET_ONLINE, start, TASK } from '../calling.ts';

const task = `tasks/dcs/${DEFAULT_PROJECT_ID}/${TASK}`;
const show = { method: 'GET', path: DCS_TASK };
const stop = { method: 'POST', path: `${DCS_TASK}/stop` };
const restart = (...migration_tasks: unknown[]) => ({
  method: 'POST',
  path: `${DCS}/migration-tasks/batch-restart`,
  body: { migration_tasks },
});

const at = async (status: string, more: object = {}) => {
  const started = await start(more);
  await started.control('PUT', task, { status });
  return started;
};

describe('StopMigrationTask', () => {
  it.each(['FULLMIGRATING', 'MIGRATING', 'INCRMIGEATING', 'INCRMIGRATING'])(
    'stops a task that is %s',
    async (status) => {
      const { signed, control } = await at(status);
      expect(await signed(stop)).toMatchObject({ status: 200, body: { task_id: TASK, status: 'TERMINATING' } });
      expect((await control('POST', `${task}/advance`)).body.status).toBe('TERMINATED');
    },
  );

  it('answers the whole task, with its passwords, whether or not a body was sent', async () => {
    const { signed } = await start({ settings: { reconfigure_while_migrating: true } });
    await signed({ method: 'POST', path: SET_ONLINE, body: ONLINE });
    const { body } = await signed({ ...stop, body: {} });
    expect(body).toEqual((await signed(show)).body);
    expect(body).toMatchObject({
      source_instance: { password: 'xxxxxx' },
      target_instance: { task_status: 'RUNNING' },
    });
  });

  it.each([
    ['RUNNING', 'DCS.4957'],
    ['CREATING', 'DCS.4957'],
    ['TERMINATING', 'DCS.4957'],
    ['TERMINATED', 'DCS.4957'],
    ['SUCCESS', 'DCS.4957'],
    ['DELETED', 'DCS.4133'],
  ])('is refused at %s with %s', async (status, error_code) => {
    const { signed, simulator } = await at(status);
    expect(await signed(stop)).toMatchObject({ status: 400, body: { error_code } });
    expect(simulator.log().map(({ kind }) => kind)).not.toContain('applied');
  });

  it('is refused for a task that is not there', async () => {
    const { signed } = await start();
    expect((await signed({ ...stop, path: `${DCS}/migration-task/none/stop` })).body.error_code).toBe('DCS.4133');
  });
});

describe('BatchRestartOnlineMigrationTasks', () => {
  it.each(['TERMINATED', 'FAILED', 'MIGRATION_FAILED'])('restarts a task that is %s', async (status) => {
    const { signed } = await at(status);
    const { body } = await signed(restart(TASK));
    const element = { result: 'success', task_id: TASK, error_msg: null, error_code: null };
    expect(body).toEqual({ migration_tasks: [element] });
    expect((await signed(show)).body.status).toBe('FULLMIGRATING');
  });

  it('says of each task how it went, and logs those that it restarted', async () => {
    const { signed, control, simulator } = await at('TERMINATED');
    await control('PUT', `tasks/dcs/${DEFAULT_PROJECT_ID}/done`, { status: 'SUCCESS' });
    const { status, body } = await signed(restart('done', TASK, 'none'));
    expect({ status, tasks: body.migration_tasks }).toMatchObject({
      status: 200,
      tasks: [
        {
          result: 'failed',
          task_id: 'done',
          error_code: 'DCS.4957',
          error_msg: expect.stringMatching(/current state/),
        },
        { result: 'success', task_id: TASK },
        { result: 'failed', task_id: 'none', error_code: 'DCS.4133' },
      ],
    });
    expect(simulator.log().filter(({ kind }) => kind === 'applied')).toMatchObject([
      { task: TASK, before: { status: 'TERMINATED' }, after: { status: 'FULLMIGRATING' } },
    ]);
  });

  it('answers a number in its elements where numbers are set', async () => {
    const { signed } = await at('SUCCESS', { settings: { numeric_codes: true } });
    expect((await signed(restart(TASK))).body.migration_tasks).toMatchObject([{ error_code: '111400957' }]);
  });

  it('is about the only task of its body, in the log and for faults', async () => {
    const { signed, control, simulator } = await at('TERMINATED');
    await control('POST', 'faults', { match: { task: TASK }, status: 500 });
    expect((await signed(restart('other'))).status).toBe(200);
    expect((await signed(restart(TASK))).status).toBe(500);
    expect((await signed(restart(TASK, 'other'))).status).toBe(200);
    const received = simulator.log().filter(({ kind }) => kind === 'received');
    expect(received.map((entry) => entry.task)).toEqual(['other', TASK, undefined]);
  });

  it.each([
    ['no list', {}],
    ['an empty list', { migration_tasks: [] }],
    ['more than 50 tasks', { migration_tasks: Array(51).fill('t') }],
    ['a task that is no text', { migration_tasks: [7] }],
  ])('refuses %s', async (_what, body) => {
    const { signed } = await start();
    expect(await signed({ ...restart(), body })).toMatchObject({ status: 400, body: { error_code: 'DCS.4063' } });
  });
});
