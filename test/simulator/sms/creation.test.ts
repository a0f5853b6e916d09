import { describe, expect, it } from 'vitest';
import { start, TASK } from '../calling.ts';

const SOURCE = '2f0c6ad7-3e3f-4f2e-9b1d-0c3b6f1f0a01';
const VOLUME = { index: 0, name: '/dev/vda1', device_use: 'VOLUME_GROUP', size: 42947575808 };
const DISK = { name: '/dev/vda', disk_id: 'd', size: 42949672960, device_use: 'BOOT', physical_volumes: [VOLUME] };
const TARGET = { vm_id: 'v', name: 'web-01-new', disks: [DISK], volume_groups: [] };
const BODY = {
  name: 'web-01',
  type: 'MIGRATE_FILE',
  os_type: 'LINUX',
  region_name: 'ap-southeast-3',
  region_id: 'ap-southeast-3',
  project_name: 'ap-southeast-3',
  project_id: '0123456789abcdef0123456789abcdef',
  migration_ip: '203.0.113.10',
  syncing: true,
  exist_server: true,
  source_server: { id: SOURCE },
  target_server: TARGET,
};
const create = { method: 'POST', path: '/v3/tasks', body: BODY };

const startSource = (source: object = {}, more: object = {}) =>
  start({ sources: { sms: [{ source_id: SOURCE, ...source }] }, ...more });

describe('CreateTask', () => {
  it('makes a task in state READY, which its source server shows', async () => {
    const { signed } = await startSource({ name: 'web', os_version: 'DEBIAN_12' });
    const { status, body } = await signed(create);
    expect({ status, body }).toEqual({ status: 200, body: { id: expect.stringMatching(/^[0-9a-f-]{36}$/) } });
    const shown = (await signed({ method: 'GET', path: `/v3/tasks/${body.id}` })).body;
    expect(shown).toMatchObject({
      id: body.id,
      name: 'web-01',
      type: 'MIGRATE_FILE',
      state: 'READY',
      syncing: true,
      migration_ip: '203.0.113.10',
      region_id: 'ap-southeast-3',
      source_server: { id: SOURCE, name: 'web', os_version: 'DEBIAN_12', state: 'waiting' },
      target_server: { vm_id: 'v', name: 'web-01-new', disks: [DISK] },
    });
    expect(shown).not.toHaveProperty('exist_server');
    const source = (await signed({ method: 'GET', path: `/v3/sources/${SOURCE}` })).body;
    expect(source.current_task).toMatchObject({ id: body.id, name: 'web-01', state: 'READY', exist_server: true });
  });

  it('names the new task in the log', async () => {
    const { signed, simulator } = await startSource();
    const { id } = (await signed(create)).body;
    const [received, applied] = simulator.log();
    expect(received).not.toHaveProperty('task');
    expect(applied).toMatchObject({ kind: 'applied', request: received?.request, task: id, after: { id } });
    expect(applied?.before).toEqual({});
  });

  it('lets the task start by itself with auto_start', async () => {
    const { signed, control } = await startSource();
    const { id } = (await signed({ ...create, body: { ...BODY, auto_start: true } })).body;
    expect((await control('GET', `tasks/sms/${id}`)).body.state).toBe('READY');
    expect((await control('POST', `tasks/sms/${id}/advance`)).body.state).toBe('RUNNING');
    expect((await signed({ method: 'GET', path: `/v3/sources/${SOURCE}` })).body.state).toBe('replicate');
  });

  it.each([
    ['a target that is made from a template', { vm_template_id: 't', target_server: { disks: [] } }],
    ['no system, as Issue 37 allows', { os_type: null }],
    ['everything that came in 2025', { speed_limit: 5, over_speed_threshold: 12.5, is_need_consistency_check: true }],
    ['a list of null', { target_server: { ...TARGET, btrfs_list: null } }],
    ['an unknown member', { auto_install_pvdriver: true }],
  ])('accepts %s', async (_what, change) => {
    const { signed } = await startSource();
    expect((await signed({ ...create, body: { ...BODY, ...change } })).status).toBe(200);
  });

  it.each([
    ['no name', { name: null }, 'SMS.7711'],
    ['an unknown type', { type: 'MIGRATE' }, 'SMS.7712'],
    ['an unknown system', { os_type: 'BSD' }, 'SMS.6601'],
    ['no source server', { source_server: null }, 'SMS.6013'],
    ['a source server without id', { source_server: {} }, 'SMS.6030'],
    ['no target', { target_server: null }, 'SMS.6031'],
    ['a target without id', { target_server: { name: 'n' } }, 'SMS.6032'],
    ['a target without name', { target_server: { vm_id: 'v' } }, 'SMS.6013'],
    ['a target without id and an empty template', { vm_template_id: '', target_server: {} }, 'SMS.6032'],
    ['no region', { region_id: null }, 'SMS.7725'],
    ['no project', { project_id: null }, 'SMS.7724'],
    ['a speed too high', { speed_limit: 1001 }, 'SMS.6011'],
    ['a threshold too low', { over_speed_threshold: 9.5 }, 'SMS.6011'],
    ['a threshold that is no number', { over_speed_threshold: '12' }, 'SMS.6011'],
    ['too many disks', { target_server: { ...TARGET, disks: Array(51).fill({}) } }, 'SMS.6014'],
    ['a template id too long', { vm_template_id: 'v'.repeat(101) }, 'SMS.6014'],
  ])('refuses %s', async (_what, change, error_code) => {
    const { signed, simulator } = await startSource();
    expect(await signed({ ...create, body: { ...BODY, ...change } })).toMatchObject({
      status: 400,
      body: { error_code },
    });
    expect(simulator.log().map(({ kind }) => kind)).not.toContain('applied');
  });

  it.each([
    ['is not there', 'SMS.7602', { source_id: 'other' }],
    ['is not connected', 'SMS.6520', { connected: false }],
    ['is unavailable', 'SMS.6520', { state: 'unavailable' }],
    ['has a task', 'SMS.6005', { current_task: { id: 'a' } }],
  ])('refuses a source server that %s', async (_what, error_code, source) => {
    const { signed } = await startSource(source, { settings: { sms_missing_status: 404 } });
    expect(await signed(create)).toMatchObject({ status: 400, body: { error_code } });
  });

  it.each([
    ['another system than the source server', 'SMS.6610', { os_type: 'WINDOWS' }, {}],
    ['an address of IPv6 without use_ipv6', 'SMS.6602', { migration_ip: '2001:db8::1' }, {}],
    ['an address that is none', 'SMS.6602', { migration_ip: 'web-01' }, {}],
    ['a template for a source server with UEFI', 'SMS.6535', { vm_template_id: 't' }, { firmware: 'UEFI' }],
  ])('refuses %s', async (_what, error_code, change, source) => {
    const { signed } = await startSource(source);
    expect((await signed({ ...create, body: { ...BODY, ...change } })).body.error_code).toBe(error_code);
  });

  it.each([
    ['an address of IPv6', { migration_ip: '2001:db8::1', use_ipv6: true }, {}],
    ['an empty address', { migration_ip: '' }, {}],
    ['an existing target for a source server with UEFI', {}, { firmware: 'UEFI' }],
  ])('accepts %s', async (_what, change, source) => {
    const { signed } = await startSource(source);
    expect((await signed({ ...create, body: { ...BODY, ...change } })).status).toBe(200);
  });

  it.each([
    ['a READY task', { state: 'READY' }],
    ['a task that is being deleted', { state: 'DELETING' }],
  ])('refuses a target that %s has', async (_what, task) => {
    const { signed } = await startSource(
      {},
      { tasks: { sms: [{ task_id: TASK, ...task, target_server: { vm_id: 'v' } }] } },
    );
    expect((await signed(create)).body.error_code).toBe('SMS.6615');
  });

  it('refuses a second task of a source server, until the first is gone', async () => {
    const { signed, control } = await startSource();
    const { id } = (await signed(create)).body;
    expect((await signed(create)).body.error_code).toBe('SMS.6005');
    await signed({ method: 'DELETE', path: `/v3/tasks/${id}` });
    expect((await signed(create)).body.error_code).toBe('SMS.6005');
    await control('POST', `tasks/sms/${id}/advance`);
    expect((await signed(create)).status).toBe(200);
  });

  it('knows the task of a source server that a control call made', async () => {
    const { signed, control } = await startSource();
    await control('PUT', `tasks/sms/${TASK}`, { source_server: { id: SOURCE } });
    expect((await signed(create)).body.error_code).toBe('SMS.6005');
  });
});
