import { describe, expect, it } from 'vitest';
import { DEFAULT_PROJECT_ID } from '../../../simulator/credentials.ts';
import { DCS_TASK, ONLINE, SET_ONLINE, start, TASK } from '../calling.ts';

const set = { method: 'POST', path: SET_ONLINE };
const update = { method: 'PUT', path: DCS_TASK };
const show = { method: 'GET', path: DCS_TASK };
const task = `tasks/dcs/${DEFAULT_PROJECT_ID}/${TASK}`;
const instance = { addrs: '192.168.1.1:6379' };

describe('SetOnlineMigrationTask', () => {
  it.each([
    ['the manual’s example, nulls and number kept', ONLINE],
    ['the typed style: members absent, digits as string', { ...ONLINE, bandwidth_limit_mb: '123' }],
  ])('accepts %s', async (_what, body) => {
    const { signed } = await start();
    const { status, body: reply } = await signed({ ...set, body });
    expect(status).toBe(200);
    expect(reply).toEqual({ id: TASK, name: 'dcs-migration-b219', status: 'FULLMIGRATING', error: '' });
    expect((await signed(show)).body).toMatchObject({
      status: 'FULLMIGRATING',
      migration_method: 'incremental_migration',
      resume_mode: 'auto',
      bandwidth_limit_mb: '123',
      source_instance: { addrs: '192.168.1.1:6379,192.168.0.0:6379', password: 'xxxxxx' },
      target_instance: { id: 'cf4a05df-1c38-47c5-bb5a-0a7b3673b3bd' },
    });
  });

  it.each([
    ['both id and addrs', { source_instance: { id: 'i', ...instance } }],
    ['no bandwidth', { bandwidth_limit_mb: null }],
    ['the smallest bandwidth', { bandwidth_limit_mb: 1 }],
    ['the largest bandwidth', { bandwidth_limit_mb: '10240' }],
    ['bandwidth with a full migration', { migration_method: 'full_amount_migration' }],
    ['members that it does not know', { comment: 'none of its business', source_instance: { ...instance, extra: 1 } }],
  ])('accepts %s', async (_what, change) => {
    const { signed } = await start();
    expect((await signed({ ...set, body: { ...ONLINE, ...change } })).status).toBe(200);
  });

  it.each([
    ['migration_method', { migration_method: null }],
    ['migration_method', { migration_method: 'both' }],
    ['resume_mode', { resume_mode: undefined }],
    ['resume_mode', { resume_mode: 'AUTO' }],
    ['bandwidth_limit_mb', { bandwidth_limit_mb: 0 }],
    ['bandwidth_limit_mb', { bandwidth_limit_mb: 10_241 }],
    ['bandwidth_limit_mb', { bandwidth_limit_mb: 1.5 }],
    ['bandwidth_limit_mb', { bandwidth_limit_mb: ' 12' }],
    ['bandwidth_limit_mb', { bandwidth_limit_mb: '+12' }],
    ['bandwidth_limit_mb', { bandwidth_limit_mb: true }],
    ['source_instance', { source_instance: null }],
    ['source_instance', { source_instance: { password: 'x' } }],
    ['source_instance', { source_instance: { id: '', addrs: null } }],
    ['source_instance.addrs', { source_instance: { addrs: 'no-port' } }],
    ['target_instance', { target_instance: 'id' }],
    ['target_instance.id', { target_instance: { id: 7 } }],
  ])('refuses a bad %s and names it: %j', async (name, change) => {
    const { signed, simulator } = await start();
    const { status, body } = await signed({ ...set, body: { ...ONLINE, ...change } });
    expect({ status, body }).toEqual({
      status: 400,
      body: { error_code: 'DCS.4063', error_msg: `Invalid ${name} parameter in the request.` },
    });
    expect(simulator.log().map(({ kind }) => kind)).not.toContain('applied');
  });

  it.each([
    ['an empty body', undefined, 'DCS.4004'],
    ['a body that is not JSON', '{"a":', 'DCS.4005'],
    ['a body that is no object', '[]', 'DCS.4005'],
    ['a body nested without end', '['.repeat(200_000), 'DCS.4005'],
  ])('refuses %s', async (_what, body, code) => {
    const { signed } = await start();
    const answer = await signed({ ...set, body });
    expect({ status: answer.status, error_code: answer.body.error_code }).toEqual({ status: 400, error_code: code });
  });

  it.each([
    ['RUNNING', 200, undefined],
    ['TERMINATED', 200, undefined],
    ['FAILED', 200, undefined],
    ['MIGRATION_FAILED', 200, undefined],
    ['SUCCESS', 200, undefined],
    ['CREATING', 400, 'DCS.4026'],
    ['MIGRATING', 400, 'DCS.4957'],
    ['FULLMIGRATING', 400, 'DCS.4957'],
    ['INCRMIGEATING', 400, 'DCS.4957'],
    ['INCRMIGRATING', 400, 'DCS.4957'],
    ['TERMINATING', 400, 'DCS.4957'],
    ['RELEASED', 400, 'DCS.4133'],
    ['DELETED', 400, 'DCS.4133'],
  ])('answers a task that is %s with %i %s', async (status, expected, code) => {
    const { signed, control } = await start();
    await control('PUT', task, { status });
    const answer = await signed({ ...set, body: ONLINE });
    expect({ status: answer.status, error_code: answer.body.error_code }).toEqual({
      status: expected,
      error_code: code,
    });
  });

  it('accepts a migrating task if reconfigure_while_migrating is on', async () => {
    const { signed } = await start({ settings: { reconfigure_while_migrating: true } });
    expect((await signed({ ...set, body: ONLINE })).status).toBe(200);
    expect((await signed({ ...set, body: { ...ONLINE, bandwidth_limit_mb: null } })).status).toBe(200);
    expect((await signed(show)).body).not.toHaveProperty('bandwidth_limit_mb');
  });
});

describe('UpdateMigrationTask', () => {
  it.each([
    ['manual', { resume_mode: 'manual' }],
    ['auto', { resume_mode: 'auto' }],
    ['auto', {}],
    ['auto', { resume_mode: null }],
  ])('sets resume_mode to %s for %j, with an empty reply', async (resume_mode, body) => {
    const { signed } = await start();
    const { status, text } = await signed({ ...update, body });
    expect({ status, text }).toEqual({ status: 200, text: '' });
    expect((await signed(show)).body).toMatchObject({ resume_mode, status: 'RUNNING' });
  });

  it.each([
    ['string', '"success"'],
    ['object', '{}'],
  ] as const)('answers a %s in that dialect', async (update_reply, text) => {
    const { signed } = await start({ settings: { update_reply } });
    expect((await signed({ ...update, body: {} })).text).toBe(text);
  });

  it.each([
    ['RUNNING', undefined],
    ['FULLMIGRATING', undefined],
    ['INCRMIGEATING', undefined],
    ['TERMINATED', undefined],
    ['CREATING', 'DCS.4026'],
    ['TERMINATING', 'DCS.4957'],
    ['RELEASED', 'DCS.4133'],
  ])('answers a task that is %s with %s', async (status, code) => {
    const { signed, control } = await start();
    await control('PUT', task, { status });
    expect((await signed({ ...update, body: {} })).body.error_code).toBe(code);
  });

  it.each([
    [false, 'DCS.4063'],
    [true, '111400063'],
    ['by-call', '111400063'],
  ] as const)('speaks numeric codes: %s', async (numeric_codes, code) => {
    const { signed } = await start({ settings: { numeric_codes } });
    expect((await signed({ ...update, body: { resume_mode: 'later' } })).body).toEqual({
      error_code: code,
      error_msg: 'Invalid resume_mode parameter in the request.',
    });
  });
});
