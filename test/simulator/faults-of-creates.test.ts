import { setTimeout as wait } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { DCS, SMS_TASK, start, TASK } from './calling.ts';

const NETWORK = { vpc_id: 'v', subnet_id: 's', security_group_id: 'g' };
const createOnline = { method: 'POST', path: `${DCS}/migration/instance`, body: { name: 'new', ...NETWORK } };
const createOnSms = {
  method: 'POST',
  path: '/v3/tasks',
  body: {
    ...{ name: 'new', type: 'MIGRATE_FILE', region_name: 'r', region_id: 'r', project_name: 'p', project_id: 'p' },
    ...{ source_server: { id: 'source' }, target_server: { vm_id: 'v', name: 'n' } },
  },
};
const removeOnDcs = { method: 'DELETE', path: `${DCS}/migration-tasks/delete`, body: { task_id_list: [TASK] } };
const removeOnSms = { method: 'DELETE', path: SMS_TASK };
const sources = { sms: [{ source_id: 'source' }] };
const lists = { dcs: { method: 'GET', path: `${DCS}/migration-tasks` }, sms: { method: 'GET', path: '/v3/tasks' } };

const startFault = async (operation: string, fault: object) => {
  const started = await start({ sources });
  await started.control('POST', 'faults', { match: { operation }, calls: 1, ...fault });
  const applied = () => started.simulator.log().filter(({ kind }) => kind === 'applied');
  const count = async (service: 'dcs' | 'sms') => (await started.signed(lists[service])).body.count;
  return { ...started, applied, count };
};

describe('a call that takes effect after its reply', () => {
  it.each([
    ['CreateOnlineMigrationTask', 'dcs', createOnline],
    ['CreateTask', 'sms', createOnSms],
  ] as const)('makes a task that the log names: %s', async (operation, service, call) => {
    const { signed, applied, count } = await startFault(operation, { status: 504, lands_after_ms: 80 });
    expect((await signed(call)).status).toBe(504);
    expect(await count(service)).toBe(1);
    await expect.poll(applied).toMatchObject([{ operation, task: expect.stringMatching(/^[0-9a-f-]{36}$/) }]);
    expect(await count(service)).toBe(2);
  });

  it.each([
    ['DeleteMigrationTask', removeOnDcs, { status: 'DELETED' }],
    ['DeleteTask', removeOnSms, { state: 'DELETING' }],
  ])('deletes a task: %s', async (operation, call, after) => {
    const { signed, applied } = await startFault(operation, { status: 504, lands_after_ms: 80 });
    expect((await signed(call)).status).toBe(504);
    expect(applied()).toEqual([]);
    await expect.poll(applied).toMatchObject([{ operation, task: TASK, after }]);
  });

  it('makes no second task for a source server', async () => {
    const { signed, applied, count, simulator } = await startFault('CreateTask', { status: 504, lands_after_ms: 80 });
    await signed(createOnSms);
    const { id } = (await signed(createOnSms)).body;
    await wait(120);
    expect(applied()).toMatchObject([{ task: id }]);
    expect(await count('sms')).toBe(2);
    expect(simulator.log().filter(({ kind }) => kind === 'received')).toHaveLength(3);
  });
});

describe('a lost reply', () => {
  it.each([
    ['CreateOnlineMigrationTask', createOnline],
    ['CreateTask', createOnSms],
    ['DeleteMigrationTask', removeOnDcs],
    ['DeleteTask', removeOnSms],
    ['DeleteServer', { method: 'DELETE', path: '/v3/sources/source' }],
  ])('of %s leaves the call applied, or not, as set', async (operation, call) => {
    for (const [when, times] of [
      ['before', 0],
      ['after', 1],
    ] as const) {
      const { signed, applied } = await startFault(operation, { reset: true, when });
      await expect(signed(call)).rejects.toMatchObject({ cause: { code: 'ECONNRESET' } });
      expect(applied()).toHaveLength(times);
    }
  });
});

describe('a fault', () => {
  it('that matches a source server occurs at its calls only', async () => {
    const { signed, control } = await start({ sources });
    await control('POST', 'faults', { match: { source: 'source' }, status: 500 });
    expect((await signed({ method: 'GET', path: '/v3/sources/source' })).status).toBe(500);
    expect((await signed({ method: 'GET', path: '/v3/sources' })).status).toBe(200);
    expect((await signed(createOnSms)).status).toBe(200);
  });

  it('with readings answers the lists after a create, and not the reads of other tasks', async () => {
    const { signed } = await startFault('CreateTask', {
      status: 504,
      when: 'after',
      readings: { calls: 2, status: 503 },
    });
    await signed(createOnSms);
    expect((await signed({ method: 'GET', path: SMS_TASK })).status).toBe(200);
    expect((await signed(lists.sms)).status).toBe(503);
    expect((await signed({ method: 'GET', path: '/v3/sources/source' })).status).toBe(503);
    expect((await signed(lists.sms)).status).toBe(200);
  });

  it('with readings answers the reads of a source server after its deletion', async () => {
    const { signed } = await startFault('DeleteServer', { status: 504, readings: { status: 503 } });
    const path = '/v3/sources/source';
    await signed({ method: 'DELETE', path });
    expect((await signed({ method: 'GET', path })).status).toBe(503);
    expect((await signed({ method: 'GET', path: '/v3/sources' })).status).toBe(200);
  });
});
