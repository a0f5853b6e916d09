import { describe, expect, it } from 'vitest';
import { fixture, SMS_TASK, start, TASK } from '../calling.ts';

const update = { method: 'PUT', path: SMS_TASK };
const show = { method: 'GET', path: SMS_TASK };
const task = `tasks/sms/${TASK}`;
const target = (server: unknown) => ({ target_server: server });
const disk = (members: unknown) => target({ disks: [members] });

describe('UpdateTask', () => {
  it('accepts the manual’s example as it is and applies its writable fields', async () => {
    const { signed } = await start();
    const { status, body } = await signed({ ...update, body: fixture('update-task.example.json') });
    expect({ status, body }).toEqual({ status: 200, body: { id: TASK } });
    const shown = (await signed(show)).body;
    expect(shown).toMatchObject({ name: 'MigrationTask', state: 'READY', sub_tasks: [], priority: 1, total_time: 0 });
    expect(shown.target_server).toMatchObject({
      system_dir: 'Y:\\Windows\\System32',
      ip: null,
      disks: [{ id: 88008 }],
    });
  });

  it('keeps int64 digit for digit', async () => {
    const { signed } = await start();
    const disks = '[{"size":9223372036854775807,"used_size":9007199254740993}]';
    expect((await signed({ ...update, body: `{"target_server":{"disks":${disks}}}` })).status).toBe(200);
    expect((await signed(show)).text).toContain(`"disks":${disks}`);
  });

  it('leaves absent and null fields as they are', async () => {
    const { signed } = await start();
    await signed({
      ...update,
      body: { name: 'one', speed_limit: 5, target_server: { name: 'a', os_type: 'WINDOWS' } },
    });
    await signed({
      ...update,
      body: { speed_limit: null, type: 'MIGRATE_FILE', target_server: { name: 'b', ip: null } },
    });
    expect((await signed(show)).body).toMatchObject({
      name: 'one',
      speed_limit: 5,
      type: 'MIGRATE_FILE',
      target_server: { name: 'b', os_type: 'WINDOWS' },
    });
  });

  it.each(['enterprise_project', 'enterprise_project_id'])('knows %s and shows it with _id', async (name) => {
    const { signed } = await start();
    await signed({ ...update, body: { [name]: 'e' } });
    const { body } = await signed(show);
    expect(body.enterprise_project_id).toBe('e');
    expect(body).not.toHaveProperty('enterprise_project');
  });

  it.each([
    ['exist_server', true],
    ['use_ipv6', true],
    ['use_public_ip', false],
    ['target_disk_ids', 'a b'],
    ['snapshot_ids', 'a;b'],
    ['image_disk_id', 'i'],
    ['cutovered_snapshot_ids', 'c'],
  ])('stores %s, which no read shows', async (name, value) => {
    const { signed, control } = await start();
    expect((await signed({ ...update, body: { [name]: value } })).status).toBe(200);
    expect((await signed(show)).body).not.toHaveProperty(name);
    expect((await control('GET', task)).body[name]).toEqual(value);
  });

  it.each([
    ['a Chinese name', { name: '迁移任务' }],
    ['the longest name', { name: 'n'.repeat(64) }],
    ['the highest speed', { speed_limit: 10_000 }],
    ['nulls everywhere', { name: null, clone_server: null, target_server: { disks: null, ip: null } }],
    ['unknown members', { color: 'red' }],
    ['255 logical volumes', target({ volume_groups: [{ logical_volumes: Array(255).fill({}) }] })],
    ['a btrfs list', target({ btrfs_list: [{ name: 'b', subvolumn: [{ uuid: 'u' }] }] })],
  ])('accepts %s', async (_what, body) => {
    const { signed } = await start();
    expect((await signed({ ...update, body })).status).toBe(200);
  });

  it.each([
    ['an empty name', { name: '' }, 'SMS.7711'],
    ['a name too long', { name: 'n'.repeat(65) }, 'SMS.7711'],
    ['a name with a blank', { name: 'my task' }, 'SMS.7711'],
    ['a name that is a number', { name: 7 }, 'SMS.7711'],
    ['an unknown type', { type: 'MIGRATE' }, 'SMS.7712'],
    ['a speed too high', { speed_limit: 10_001 }, 'SMS.6011'],
    ['a negative speed', { speed_limit: -1 }, 'SMS.6011'],
    ['a speed with decimals', '{"speed_limit":1.5}', 'SMS.6011'],
    ['a speed as string', { speed_limit: '5' }, 'SMS.6011'],
    ['a flag as string', { use_ipv6: 'true' }, 'SMS.6011'],
    ['a template id too long', { vm_template_id: 'v'.repeat(256) }, 'SMS.6014'],
    ['a size past int64', '{"target_server":{"disks":[{"size":9223372036854775808}]}}', 'SMS.6011'],
    ['a size that the Node SDK rounded', '{"target_server":{"disks":[{"size":9223372036854776000}]}}', 'SMS.6011'],
    ['an unknown partition style', disk({ partition_style: 'APM' }), 'SMS.6011'],
    ['a disk that is no object', disk('disk'), 'SMS.6011'],
    ['a network without mac', target({ networks: [{ name: 'eth0' }] }), 'SMS.6013'],
    ['a first network with an empty mac', target({ networks: [{ mac: '' }] }), 'SMS.6013'],
    ['both names of the enterprise project', { enterprise_project: 'a', enterprise_project_id: 'a' }, 'SMS.6011'],
    ['an unknown os_type', target({ os_type: 'BSD' }), 'SMS.6011'],
    ['no JSON', 'name=x', 'SMS.6010'],
    ['an array', [], 'SMS.6011'],
    ['an empty body', undefined, 'SMS.6012'],
  ])('refuses %s', async (_what, body, code) => {
    const { signed } = await start();
    const answer = await signed({ ...update, body });
    expect({ status: answer.status, error_code: answer.body.error_code }).toEqual({ status: 400, error_code: code });
  });

  it.each([
    ['speed_limit', { speed_limit: 1001 }],
    ['logical_volumes', target({ volume_groups: [{ logical_volumes: Array(51).fill({}) }] })],
    ['migration_ip', { migration_ip: '::1' }],
    ['migration_ip', { migration_ip: '10.0.0.1', use_ipv6: true }],
    ['clone_state', { clone_server: { clone_state: 'odd' } }],
  ])('refuses in revision 2026-01 what 2024-09 accepts: %s', async (_what, body) => {
    const { signed, control } = await start();
    expect((await signed({ ...update, body })).status).toBe(200);
    await control('PUT', 'settings', { sms_revision: '2026-01' });
    expect((await signed({ ...update, body })).status).toBe(400);
  });

  it('accepts in revision 2026-01 a clone state of its list', async () => {
    const { signed } = await start({ settings: { sms_revision: '2026-01' } });
    expect((await signed({ ...update, body: { clone_server: { clone_state: 'PREPARING' } } })).status).toBe(200);
  });

  it('ignores in revision 2026-01 the settings that left the API', async () => {
    const { signed } = await start({ settings: { sms_revision: '2026-01' } });
    expect((await signed({ ...update, body: { priority: 2, start_target_server: 'no' } })).status).toBe(200);
    expect((await signed(show)).body).toMatchObject({ priority: 1, start_target_server: true });
  });

  it.each(['', 'text/plain', 'application/jsonish'])('refuses the content type "%s"', async (type) => {
    const { signed } = await start();
    const { status, body } = await signed({ ...update, body: { name: 'n' }, headers: { 'content-type': type } });
    expect({ status, error_code: body.error_code }).toEqual({ status: 400, error_code: 'SMS.6016' });
  });

  it('answers a missing task with 400 SMS.7703', async () => {
    const { signed } = await start();
    for (const method of ['PUT', 'GET']) {
      const { status, body } = await signed({
        method,
        path: '/v3/tasks/none',
        ...(method === 'PUT' ? { body: {} } : {}),
      });
      expect({ status, body }).toEqual({
        status: 400,
        body: { error_code: 'SMS.7703', error_msg: 'Task does not exist.' },
      });
    }
  });

  it.each([
    ['READY', false, { region_id: 'r' }, 200],
    ['RUNNING', false, { region_id: 'r' }, 200],
    ['DELETING', false, { name: 'n' }, 400],
    ['READY', true, { region_id: 'r' }, 200],
    ['MIGRATE_FAIL', true, { vm_template_id: 'v' }, 200],
    ['RUNNING', true, { name: 'n', speed_limit: 3 }, 200],
    ['RUNNING', true, { region_id: '' }, 200],
    ['RUNNING', true, { region_id: 'r' }, 400],
    ['SYNCING', true, target({ name: 'other' }), 400],
    ['ABORTING', true, { name: 'n' }, 400],
    ['DELETING', true, { name: 'MigrationTask' }, 400],
  ])('answers in state %s, strict %s, the edit %j with %i', async (state, strict, body, status) => {
    const { signed, control } = await start({ settings: { sms_strict_states: strict } });
    await control('PUT', task, { state });
    const answer = await signed({ ...update, body });
    expect(answer.status).toBe(status);
    if (status === 400) expect(answer.body.error_code).toBe('SMS.6005');
  });

  it.each([
    ['waiting', null],
    ['syncing', { vm_id: 'v', name: 'c' }],
  ])('accepts a clone only while the source has a certain state: %s', async (state, clone_server) => {
    const { signed, control } = await start();
    await control('PUT', task, { source_server: { state } });
    await signed({ ...update, body: { clone_server: { vm_id: 'v', name: 'c' } } });
    expect((await signed(show)).body.clone_server).toEqual(clone_server);
  });

  it.each([
    [{ state: 'ABORT' }, true],
    [{ state: 'READY', source_state: 'cutovering' }, true],
    [{ state: 'RUNNING' }, false],
  ])('takes the state of the source server from the task %j: a clone is accepted %s', async (members, isAccepted) => {
    const { signed, control } = await start();
    await control('PUT', task, members);
    await signed({ ...update, body: { clone_server: { vm_id: 'v' } } });
    expect((await signed(show)).body.clone_server).toEqual(isAccepted ? { vm_id: 'v' } : null);
  });

  it('refuses the target of another task, and takes its own again', async () => {
    const tasks = [
      { task_id: TASK, target_server: { vm_id: 'own' } },
      { task_id: 'other', target_server: { vm_id: 'taken' } },
    ];
    const { signed } = await start({ tasks: { sms: tasks } });
    const put = (vm_id: string) => signed({ ...update, body: target({ vm_id }) });
    expect((await put('taken')).body.error_code).toBe('SMS.7605');
    expect([(await put('own')).status, (await put('free')).status, (await put('')).status]).toEqual([200, 200, 200]);
  });
});
