import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { DEFAULT_ACCESS_KEY, DEFAULT_DOMAIN_ID, DEFAULT_PROJECT_ID } from '../../simulator/credentials.ts';
import { ROUTES } from '../../simulator/routes.ts';
import type { Json, JsonObject } from '../../src/lib/json/exact-json.ts';
import { sdkCaller } from '../support/sdk.ts';
import { misfits, SDK_FACTS, type SdkFact, sdkCall } from '../support/sdk-facts.ts';
import { start } from './calling.ts';

const callWithSdk = sdkCaller();

const key = { ak: DEFAULT_ACCESS_KEY.access, sk: DEFAULT_ACCESS_KEY.secret };
const scopeOf = (service: string) =>
  service === 'dcs' ? { projectId: DEFAULT_PROJECT_ID } : { domainId: DEFAULT_DOMAIN_ID };

/** Members of replies that the SDK's models lack, with their source. */
const BEYOND_MODELS: Record<string, string> = {
  'CreateOnlineMigrationTask job_id: none': 'Terraform',
  'SetOnlineMigrationTask error: none': 'the example of the manual',
  'CreateMigrationTask error: none': 'the example of the manual',
  'ShowTask syncing: none': 'Terraform',
  'ListServers source_servers[].agent_version: none': 'the table of the manual',
};

type Reply = JsonObject & { id: string; instance_id: string };

/** Starts a simulator, and gives a call through the SDK, what moves a task on, and what no model has. */
async function startMigration(sources: object[] = []) {
  const { url, control, simulator } = await start({ tasks: {}, sources: { sms: sources } as never });
  const found = new Set<string>();
  const call = async (name: string, ids: object = {}, more: Parameters<typeof sdkCall>[2] = {}): Promise<Reply> => {
    const fact = SDK_FACTS.find((one) => one.call === name) as SdkFact;
    const asked = { ...sdkCall(fact, ids as Record<string, string>, more), url, key, ...scopeOf(fact.service) };
    const [{ response = {}, ...problem } = {}] = await callWithSdk(asked);
    expect({ name, problem }).toEqual({ name, problem: {} });
    const { httpStatusCode, ...reply } = response;
    expect({ name, isSuccess: [200, 204].includes(Number(httpStatusCode)) }).toEqual({ name, isSuccess: true });
    for (const misfit of misfits(fact.service, fact.reply, reply as Json)) found.add(`${name} ${misfit}`);
    return reply as Reply;
  };
  const advance = async (path: string) =>
    expect((await control('POST', `tasks/${path}/advance`)).status).toBeLessThan(300);
  return { call, advance, simulator, found };
}

describe('a whole migration through the official SDK alone', () => {
  it('of a Redis succeeds, and its replies are those of the SDK', async () => {
    const { call, advance, found, simulator } = await startMigration();
    const network = { vpc_id: 'v', subnet_id: 's', security_group_id: 'g' };
    const made = await call('CreateOnlineMigrationTask', {}, { body: { name: 'move', description: 'd', ...network } });
    const ids = { task_id: made.instance_id };
    const next = () => advance(`dcs/${DEFAULT_PROJECT_ID}/${made.instance_id}`);
    const show = async () => {
      const { status, task_status } = await call('ShowMigrationTask', ids);
      return task_status ?? status;
    };
    const list = () => call('ListMigrationTask', {}, { query: { name: 'move', limit: '50', offset: '0' } });
    expect(await show()).toBe('CREATING');
    await next();
    expect(await call('ShowJobInfo', { job_id: made.job_id })).toMatchObject({ status: 'SUCCESS' });
    const body = {
      ...{ migration_method: 'incremental_migration', resume_mode: 'auto', bandwidth_limit_mb: '100' },
      ...{ source_instance: { addrs: '192.168.1.1:6379', password: 'p' }, target_instance: { id: 't' } },
    };
    await call('SetOnlineMigrationTask', ids, { body });
    expect(await show()).toBe('FULLMIGRATING');
    await call('UpdateMigrationTask', ids, { body: { resume_mode: 'manual' } });
    await next();
    expect(await show()).toBe('INCRMIGEATING');
    await call('ExchangeInstanceIp', ids, { body: { exchanged_ip: ['192.168.1.1'], is_exchange_domain: false } });
    await next();
    expect(await show()).toBe('EXCHANGE_SUCCESS');
    await call('RollbackExchangeInstanceIp', ids);
    expect(await show()).toBe('ROLLBACK_SUCCESS');
    await call('StopMigrationTask', ids);
    await next();
    const restart = await call(
      'BatchRestartOnlineMigrationTasks',
      {},
      { body: { migration_tasks: [made.instance_id] } },
    );
    expect(restart.migration_tasks).toMatchObject([{ result: 'success', task_id: made.instance_id }]);
    await next();
    await call('StopMigrationTask', ids);
    await next();
    expect(await list()).toMatchObject({ count: 1, migration_tasks: [{ status: 'TERMINATED' }] });
    await call('DeleteMigrationTask', {}, { body: { task_id_list: [made.instance_id] } });
    expect(await list()).toMatchObject({ count: 0 });
    expect([...found].filter((misfit) => !(misfit in BEYOND_MODELS))).toEqual([]);
    expect(simulator.log().filter(({ caller }) => caller !== undefined && !caller.endsWith(', verified'))).toEqual([]);
  });

  it.each([
    { file_source: 'self_build_obs', bucket_name: 'b', files: [{ file_name: 'a.rdb', size: '10' }] },
    { file_source: 'backup_record', backup_id: 'b1', files: [{ file_name: 'a.rdb' }] },
  ])('of a backup in $file_source succeeds', async (backup_files) => {
    const { call, advance, found } = await startMigration();
    const kind = { migration_type: 'backupfile_import', migration_method: 'full_amount_migration' };
    const target_instance = { id: 't', password: 'p' };
    const body = { task_name: 'import', ...kind, backup_files, target_instance };
    const { id: task_id } = await call('CreateMigrationTask', {}, { body });
    await advance(`dcs/${DEFAULT_PROJECT_ID}/${task_id}`);
    expect(await call('ShowMigrationTask', { task_id })).toMatchObject({ status: 'SUCCESS', backup_files });
    expect([...found].filter((misfit) => !(misfit in BEYOND_MODELS))).toEqual([]);
  });

  it('of a server succeeds, and its replies are those of the SDK', async () => {
    const { call, advance, found } = await startMigration([{ source_id: 'source-1', connected: true }]);
    const source = { source_id: 'source-1' };
    expect(await call('ListServers', {}, { query: { state: 'waiting', limit: '10' } })).toMatchObject({ count: 1 });
    expect(await call('ShowServer', source)).toMatchObject({ state: 'waiting' });
    const size = 42_947_575_808;
    const volume = { device_use: 'NORMAL', file_system: 'ext4', index: 1, mount_point: '/', name: 'sda1', size };
    const disks = [{ device_use: 'OS', disk_id: '0', name: 'sda', size: 42_949_672_960, physical_volumes: [volume] }];
    const body = {
      ...{ name: 'web-01', type: 'MIGRATE_FILE', os_type: 'LINUX', syncing: true, source_server: { id: 'source-1' } },
      ...{ region_id: 'r', region_name: 'r', project_name: 'p', project_id: DEFAULT_PROJECT_ID },
      target_server: { name: 'new', vm_id: 'vm-1', disks, volume_groups: [], btrfs_list: [] },
    };
    const { id: task_id } = await call('CreateTask', {}, { body });
    const ids = { task_id };
    const act = (operation: string) => call('UpdateTaskStatus', ids, { body: { operation } });
    const next = () => advance(`sms/${task_id}`);
    const spans = [{ start: '08:00', end: '18:00', speed: 50, over_speed_threshold: 10 }];
    await call('UpdateSpeed', ids, { body: { speed_limit: spans } });
    expect(await call('ShowsSpeedLimits', ids)).toEqual({ speed_limit: spans });
    const configurations = [{ config_key: 'MIGRATE_EXCLUDE_DIR', config_value: '/var/cache' }];
    await call('UploadSpecialConfigurationSetting', ids, { body: { configurations } });
    const setting = await call('ShowConfigSetting', ids, { query: { config_key: 'MIGRATE_EXCLUDE_DIR' } });
    expect(setting).toMatchObject({ configurations });
    expect(await call('UpdateTask', ids, { body: { name: 'web-02', speed_limit: 5 } })).toEqual({ id: task_id });
    await act('start');
    for (let move = 0; move < 3; move++) await next();
    expect(await call('ShowTask', ids)).toMatchObject({ name: 'web-02', state: 'SYNC_SUCCESS' });
    await act('cutover');
    await act('stop');
    await next();
    const list = await call('ListTasks', {}, { query: { source_server_id: 'source-1', limit: '50', offset: '0' } });
    expect(list).toMatchObject({ count: 1, tasks: [{ id: task_id, state: 'ABORT' }] });
    await call('DeleteTask', ids);
    await next();
    await call('DeleteServer', source);
    expect(await call('ListServers')).toMatchObject({ count: 0 });
    expect([...found].filter((misfit) => !(misfit in BEYOND_MODELS))).toEqual([]);
  });
});

describe('the calls of the simulator', () => {
  const own = ROUTES.filter(({ service }) => service === 'dcs' || service === 'sms');
  const readme = readFileSync('simulator/README.md', 'utf8');

  it('are those of the official SDK, by name, method and path', () => {
    const called = (calls: string[]) => calls.toSorted();
    expect(called(own.map(({ operation, method, path }) => `${operation} ${method} ${path}`))).toEqual(
      called(SDK_FACTS.map(({ call, method, url }) => `${call} ${method} ${url}`)),
    );
  });

  it.each(SDK_FACTS.filter(({ query }) => query.length > 0))('$call is explained with each parameter', (fact) => {
    const row = readme.split('\n').find((line) => line.startsWith(`| \`GET ${fact.url}\` |`));
    for (const name of fact.query) expect(row).toContain(`\`${name}\``);
  });
});
