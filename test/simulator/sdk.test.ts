import { readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { DEFAULT_ACCESS_KEY, DEFAULT_DOMAIN_ID, DEFAULT_PROJECT_ID } from '../../simulator/credentials.ts';
import { sdkCaller } from '../support/sdk.ts';
import type { SdkCall } from '../support/sdk-caller.ts';
import { DCS_TASK, fixture, ONLINE, start, TASK } from './calling.ts';

const callWithSdk = sdkCaller();

const key = { ak: DEFAULT_ACCESS_KEY.access, sk: DEFAULT_ACCESS_KEY.secret };
const dcs = (url: string) => ({ url, key, projectId: DEFAULT_PROJECT_ID, pathParams: { task_id: TASK } });
const sms = (url: string) => ({ url, key, domainId: DEFAULT_DOMAIN_ID, pathParams: { task_id: TASK } });

const setOnline = (url: string, body: Record<string, unknown>): SdkCall => ({
  ...dcs(url),
  method: 'POST',
  path: '/v2/{project_id}/migration/{task_id}/task',
  body,
});
const update = (url: string, body: Record<string, unknown>): SdkCall => ({
  ...dcs(url),
  method: 'PUT',
  path: '/v2/{project_id}/migration-task/{task_id}',
  body,
});
const updateTask = (url: string, body: Record<string, unknown>): SdkCall => ({
  ...sms(url),
  method: 'PUT',
  path: '/v3/tasks/{task_id}',
  body,
});
const show = (url: string): SdkCall => ({
  ...dcs(url),
  method: 'GET',
  path: '/v2/{project_id}/migration-task/{task_id}',
});
const showTask = (url: string): SdkCall => ({ ...sms(url), method: 'GET', path: '/v3/tasks/{task_id}' });

const typedOnline = {
  migration_method: 'incremental_migration',
  resume_mode: 'auto',
  source_instance: { addrs: '192.168.1.1:6379,192.168.0.0:6379', password: 'xxxxxx' },
  target_instance: { id: 'cf4a05df-1c38-47c5-bb5a-0a7b3673b3bd' },
  bandwidth_limit_mb: '123',
};
const disk = { id: 88008, device_use: 'OS', disk_id: '0', size: 42949672960, os_disk: true, partition_style: 'MBR' };
const typedTask = {
  name: 'MigrationTask',
  type: 'MIGRATE_BLOCK',
  speed_limit: 0,
  target_server: { id: 't1', vm_id: '', disks: [disk], volume_groups: [] },
};
const plainTask = JSON.parse(fixture('update-task.example.json')) as Record<string, unknown>;

describe('the official SDK gets what the real service would give', () => {
  it.each([
    ['SetOnlineMigrationTask, plain', setOnline, ONLINE, { id: TASK, status: 'FULLMIGRATING', error: '' }],
    ['SetOnlineMigrationTask, typed', setOnline, typedOnline, { id: TASK, status: 'FULLMIGRATING', error: '' }],
    ['UpdateMigrationTask', update, { resume_mode: 'auto' }, {}],
    ['UpdateMigrationTask, empty object', update, {}, {}],
    ['UpdateTask, plain', updateTask, plainTask, { id: TASK }],
    ['UpdateTask, typed', updateTask, typedTask, { id: TASK }],
    ['UpdateTask, empty object', updateTask, {}, { id: TASK }],
  ])('for %s', async (_what, callOf, body, reply) => {
    const { simulator, url } = await start();
    const [outcome] = await callWithSdk(callOf(url, body));
    expect(outcome?.response).toMatchObject({ httpStatusCode: 200, ...reply });
    const received = simulator.log().find(({ kind }) => kind === 'received');
    expect(received?.body).toBe(JSON.stringify(body));
    expect(received?.caller).toBe('access key SIMULATORACCESSKEY01, verified');
  });

  it('for the reads, and their values', async () => {
    const { url } = await start();
    const calls = [setOnline(url, typedOnline), show(url), updateTask(url, typedTask), showTask(url)];
    const [, task, , server] = await callWithSdk(...calls);
    expect(task?.response).toMatchObject({ httpStatusCode: 200, status: 'FULLMIGRATING', bandwidth_limit_mb: '123' });
    expect(server?.response).toMatchObject({ httpStatusCode: 200, name: 'MigrationTask', target_server: { id: 't1' } });
  });

  it('for a whole migration: with a body of DELETE, none of POST, and a query', async () => {
    const { url, simulator } = await start();
    const call = (method: string, path: string, more: Partial<SdkCall> = {}) => ({
      ...dcs(url),
      method,
      path,
      ...more,
    });
    const network = { vpc_id: 'v', subnet_id: 's', security_group_id: 'g' };
    const list = call('GET', '/v2/{project_id}/migration-tasks', { queryParams: { name: 'new', limit: '1000' } });
    const outcomes = await callWithSdk(
      call('POST', '/v2/{project_id}/migration/instance', { body: { name: 'new', ...network } }),
      setOnline(url, typedOnline),
      call('POST', '/v2/{project_id}/migration-task/{task_id}/stop'),
      list,
      call('DELETE', '/v2/{project_id}/migration-tasks/delete', { body: { task_id_list: ['none'] } }),
    );
    expect(outcomes.map(({ response }) => response)).toMatchObject([
      { httpStatusCode: 200, instance_id: expect.any(String) },
      { httpStatusCode: 200 },
      { httpStatusCode: 200, status: 'TERMINATING' },
      { httpStatusCode: 200, count: 1 },
      { httpStatusCode: 200, task_id_list: ['none'] },
    ]);
    const received = simulator.log().filter(({ kind }) => kind === 'received');
    expect(received.map(({ body }) => body).slice(2)).toEqual(['', '', '{"task_id_list":["none"]}']);
  });

  it('for temporary keys', async () => {
    const { url } = await start({
      credentials: { accessKeys: [{ access: 'TEMP', secret: 's', securityToken: 'STOKEN' }], users: [] },
    });
    const temporary = { ak: 'TEMP', sk: 's', securityToken: 'STOKEN' };
    const [good, bad] = await callWithSdk(
      { ...showTask(url), key: temporary },
      { ...showTask(url), key: { ...temporary, securityToken: 'other' } },
    );
    expect(good?.response).toMatchObject({ httpStatusCode: 200 });
    expect(bad).toMatchObject({ exception: 'ClientRequestException', httpStatusCode: 401, errorCode: 'APIGW.0301' });
  });

  it('for a region alone, whose project and account it looks up', async () => {
    const { url, simulator } = await start();
    const { projectId: _, ...ofProject } = show(url);
    const { domainId: __, ...ofAccount } = showTask(url);
    const [project, account] = await callWithSdk(
      { ...ofProject, looksUp: 'project' },
      { ...ofAccount, looksUp: 'domain' },
    );
    expect(project?.response).toMatchObject({ httpStatusCode: 200, task_id: TASK });
    expect(account?.response).toMatchObject({ httpStatusCode: 200, id: TASK });
    const received = simulator.log().filter(({ kind }) => kind === 'received');
    expect(received.map(({ operation, path }) => [operation, path])).toEqual([
      ['ListProjects', '/v3/projects?name=eu-de'],
      ['ShowMigrationTask', DCS_TASK],
      ['ListAuthDomains', '/v3/auth/domains'],
      ['ShowTask', `/v3/tasks/${TASK}`],
    ]);
    expect(received[3]?.headers).toMatchObject({ 'x-domain-id': DEFAULT_DOMAIN_ID });
  });

  it('for a derived key, and refuses one made from another secret', async () => {
    const { url, simulator } = await start();
    const derived = { ...update(url, { resume_mode: 'manual' }), derivedFor: 'dcs' };
    const [good, bad] = await callWithSdk(derived, { ...derived, key: { ...key, sk: 'wrong' } });
    expect(good?.response).toMatchObject({ httpStatusCode: 200 });
    expect(bad).toMatchObject({ httpStatusCode: 401, errorCode: 'APIGW.0301' });
    const [received] = simulator.log();
    expect(received?.caller).toBe(`access key ${key.ak}, verified`);
  });

  it('for a path that it escapes twice in the signature, and for a query', async () => {
    const { url } = await start();
    const [outcome] = await callWithSdk({
      ...showTask(url),
      pathParams: { task_id: 'a b' },
      queryParams: { b: 'x y/~é', a: '1' },
    });
    expect(outcome).toMatchObject({ httpStatusCode: 400, errorCode: 'SMS.7703' });
  });

  it.each([
    ['a bad parameter', update, { resume_mode: 'x' }, undefined, { httpStatusCode: 400, errorCode: '111400063' }],
    [
      'missing instances',
      setOnline,
      { migration_method: 'full_amount_migration', resume_mode: 'manual' },
      undefined,
      {
        httpStatusCode: 400,
        errorCode: 'DCS.4063',
        errorMsg: 'Invalid source_instance parameter in the request.',
      },
    ],
    ['a bad name', updateTask, { name: 'ü' }, undefined, { httpStatusCode: 400, errorCode: 'SMS.7711' }],
    [
      'a denied policy',
      updateTask,
      {},
      { code: 'SMS.9004' },
      {
        httpStatusCode: 403,
        errorCode: 'SMS.9004',
        encodedAuthorizationMessage: 'XXXXXX',
      },
    ],
    ['throttling', updateTask, {}, { status: 429 }, { httpStatusCode: 429, errorCode: 'APIGW.0308' }],
  ])('for %s', async (_what, callOf, body, fault, expected) => {
    const { url, control } = await start();
    if (fault) await control('POST', 'faults', fault);
    const [outcome] = await callWithSdk(callOf(url, body));
    expect(outcome).toMatchObject({ exception: 'ClientRequestException', requestId: expect.any(String), ...expected });
  });

  it('for a gateway that answers HTML', async () => {
    const { url, control } = await start();
    await control('POST', 'faults', { reply: 'html' });
    const [outcome] = await callWithSdk(updateTask(url, {}));
    expect(outcome).toMatchObject({ exception: 'ServerResponseException', httpStatusCode: 502 });
    expect(outcome).not.toHaveProperty('errorCode');
  });

  it('for a wrong secret', async () => {
    const { url } = await start();
    const [outcome] = await callWithSdk({ ...show(url), key: { ...key, sk: 'wrong' } });
    expect(outcome).toMatchObject({
      exception: 'ClientRequestException',
      httpStatusCode: 401,
      errorCode: 'APIGW.0301',
    });
  });

  it('and leaves nothing behind in the project', () => {
    expect(readdirSync('.').filter((name) => name.startsWith('HuaweiCloud-SDK'))).toEqual([]);
  });
});
