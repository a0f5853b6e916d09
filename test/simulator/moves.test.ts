import { describe, expect, it } from 'vitest';
import { DEFAULT_PROJECT_ID } from '../../simulator/credentials.ts';
import { DCS_TASK, SMS_TASK, start, TASK } from './calling.ts';

const INCREMENTAL = { migration_method: 'incremental_migration' };
const dcs = `tasks/dcs/${DEFAULT_PROJECT_ID}/${TASK}`;
const sms = `tasks/sms/${TASK}`;

describe('a task that a control call advances', () => {
  it.each([
    [['CREATING', 'RUNNING'], {}],
    [['FULLMIGRATING', 'SUCCESS'], {}],
    [['MIGRATING', 'SUCCESS'], {}],
    [['FULLMIGRATING', 'INCRMIGEATING', 'SUCCESS'], INCREMENTAL],
    [['INCRMIGRATING', 'SUCCESS'], {}],
    [['TERMINATING', 'TERMINATED'], {}],
  ])('goes in DCS through %j', async ([first, ...others], task) => {
    const { control } = await start();
    await control('PUT', dcs, { status: first, ...task });
    for (const status of others) expect((await control('POST', `${dcs}/advance`)).body.status).toBe(status);
    expect((await control('GET', dcs)).body.status).toBe(others.at(-1));
  });

  it.each([
    ['RUNNING', 'MIGRATE_SUCCESS', 'SYNCING', 'SYNC_SUCCESS', 'SYNCING'],
    ['ABORTING', 'ABORT'],
    ['RESETING', 'MIGRATE_SUCCESS'],
    ['SKIPPING', 'RUNNING'],
  ])('goes in SMS from %s to %s', async (first, ...others) => {
    const { control, signed } = await start();
    await control('PUT', sms, { state: first });
    for (const state of others) expect((await control('POST', `${sms}/advance`)).body.state).toBe(state);
    expect((await signed({ method: 'GET', path: SMS_TASK })).body.state).toBe(others.at(-1));
  });

  it.each([
    [dcs, { status: 'FULLMIGRATING' }, { status: 'FAILED' }],
    [dcs, { status: 'INCRMIGEATING' }, { status: 'FAILED' }],
    [dcs, { status: 'CREATING' }, { status: 'FAILED' }],
    [dcs, { status: 'FULLMIGRATING', ...INCREMENTAL }, { status: 'FAILED' }],
    [sms, { state: 'RUNNING' }, { state: 'MIGRATE_FAIL' }],
    [sms, { state: 'SYNCING' }, { state: 'SYNC_FAIL' }],
  ])('can fail: %s at %j', async (path, before, after) => {
    const { control } = await start();
    await control('PUT', path, before);
    expect((await control('POST', `${path}/advance`, { fails: true })).body).toMatchObject(after);
  });

  it('first ends an exchange of addresses, then goes on with its status', async () => {
    const { control } = await start();
    await control('PUT', dcs, { status: 'INCRMIGEATING', task_status: 'EXCHANGING' });
    const moved = async () => (await control('POST', `${dcs}/advance`)).body;
    expect(await moved()).toMatchObject({ status: 'INCRMIGEATING', task_status: 'EXCHANGE_SUCCESS' });
    expect(await moved()).toMatchObject({ status: 'SUCCESS', task_status: 'EXCHANGE_SUCCESS' });
  });

  it('starts by itself in SMS if it was created so', async () => {
    const { control } = await start();
    await control('PUT', sms, { state: 'READY', auto_start: true });
    expect((await control('POST', `${sms}/advance`)).body.state).toBe('RUNNING');
  });

  it('is gone in SMS after it was deleted', async () => {
    const { control, signed } = await start();
    await control('PUT', sms, { state: 'DELETING' });
    expect((await control('POST', `${sms}/advance`)).status).toBe(204);
    expect((await signed({ method: 'GET', path: SMS_TASK })).body.error_code).toBe('SMS.7703');
  });

  it.each([
    [dcs, { status: 'RUNNING' }, {}, 'no state follows RUNNING: PUT the task instead'],
    [dcs, { status: 'SUCCESS' }, {}, 'no state follows SUCCESS: PUT the task instead'],
    [dcs, { status: 'TERMINATING' }, { fails: true }, 'no failed state follows TERMINATING: PUT the task instead'],
    [
      dcs,
      { status: 'INCRMIGEATING', task_status: 'EXCHANGING' },
      { fails: true },
      'no failed state follows EXCHANGING: PUT the task instead',
    ],
    [sms, { state: 'READY' }, {}, 'no state follows READY: PUT the task instead'],
    [sms, { state: 'RUNNING' }, { to: 'ABORT' }, 'body: Unrecognized key: "to"'],
  ])('is refused where no state follows: %s at %j', async (path, before, body, error) => {
    const { control } = await start();
    await control('PUT', path, before);
    const answer = await control('POST', `${path}/advance`, body);
    expect({ status: answer.status, error: answer.body.error }).toEqual({ status: 400, error });
  });

  it('is not found when there is none', async () => {
    const { control } = await start();
    expect((await control('POST', 'tasks/sms/none/advance')).status).toBe(404);
    expect((await control('POST', 'tasks/dcs/p/none/advance')).status).toBe(404);
  });
});

describe('time', () => {
  const at = async (moves_after_ms: number, read_lag_ms = 0) => {
    let now = Date.UTC(2026, 0, 2);
    const tasks = {
      dcs: [{ project_id: DEFAULT_PROJECT_ID, task_id: TASK, status: 'FULLMIGRATING', ...INCREMENTAL }],
      sms: [{ task_id: TASK, state: 'RUNNING' }],
    };
    const { signed, control } = await start({ clock: () => now, settings: { moves_after_ms, read_lag_ms }, tasks });
    const shown = async (path: string) => (await signed({ method: 'GET', path, time: now })).body;
    const states = async () => [(await shown(DCS_TASK)).status, (await shown(SMS_TASK)).state];
    const pass = (ms: number) => {
      now += ms;
    };
    return { states, pass, control };
  };

  it('moves nothing unless the settings say so', async () => {
    const { states, pass } = await at(0);
    pass(86_400_000);
    expect(await states()).toEqual(['FULLMIGRATING', 'RUNNING']);
  });

  it('moves each task by one state at the set interval, up to a state that only a call changes', async () => {
    const { states, pass } = await at(1000);
    pass(999);
    expect(await states()).toEqual(['FULLMIGRATING', 'RUNNING']);
    pass(1);
    expect(await states()).toEqual(['INCRMIGEATING', 'MIGRATE_SUCCESS']);
    pass(86_400_000);
    expect(await states()).toEqual(['INCRMIGEATING', 'SYNC_SUCCESS']);
  });

  it('ends an exchange of addresses', async () => {
    const { states, pass, control } = await at(1000);
    await control('PUT', dcs, { status: 'INCRMIGEATING', task_status: 'EXCHANGING' });
    pass(1000);
    expect((await states())[0]).toBe('INCRMIGEATING');
    expect((await control('GET', dcs)).body.task_status).toBe('EXCHANGE_SUCCESS');
  });

  it('dates a move when it was due, so that lagging reads show the states in turn', async () => {
    const { states, pass } = await at(1000, 1500);
    pass(3500);
    expect((await states())[1]).toBe('SYNCING');
    pass(1000);
    expect((await states())[1]).toBe('SYNC_SUCCESS');
  });

  it.each([
    [true, 'SYNC_SUCCESS'],
    [false, 'MIGRATE_SUCCESS'],
  ])('with syncing %s leads an SMS task by itself to %s', async (syncing, state) => {
    const { states, pass, control } = await at(1000);
    await control('PUT', sms, { state: 'RUNNING', syncing });
    pass(86_400_000);
    expect((await states())[1]).toBe(state);
    if (!syncing) expect((await control('POST', `${sms}/advance`)).body.state).toBe('SYNCING');
  });

  it('ends a cutover', async () => {
    const { pass, control } = await at(1000);
    await control('PUT', sms, { state: 'SYNC_SUCCESS', source_state: 'cutovering' });
    pass(86_400_000);
    expect((await control('GET', sms)).body).toMatchObject({ state: 'SYNC_SUCCESS', source_state: 'finished' });
  });

  it('removes a task that is being deleted', async () => {
    const { states, pass, control } = await at(1000);
    await control('PUT', sms, { state: 'DELETING' });
    pass(1000);
    expect((await control('GET', sms)).status).toBe(404);
    expect((await states())[1]).toBeUndefined();
  });
});
