import { describe, expect, it } from 'vitest';
import { sign } from '../../../src/lib/provider/sign.ts';
import { useRelays } from '../../support/relay-fixture.ts';
import { change, DOMAIN, PROJECT } from '../../support/relay-under-test.ts';
import { sdkCaller } from '../../support/sdk.ts';
import type { SdkCall } from '../../support/sdk-caller.ts';

const callWithSdk = sdkCaller();

const relays = useRelays();
const key = { ak: 'AKTEST', sk: 'SECRET-KEY-CANARY' };

/** The bodies that the vendor's typed models make of the manual's examples. */
const CASES: { title: string; type: string; sdk: Omit<SdkCall, 'url' | 'key' | 'pathParams'>; reply: object }[] = [
  {
    title: 'SetOnlineMigrationTask',
    type: 'migration.dcs.online-migration.configure',
    sdk: {
      projectId: PROJECT,
      method: 'POST',
      path: '/v2/{project_id}/migration/{task_id}/task',
      body: {
        migration_method: 'incremental_migration',
        resume_mode: 'auto',
        source_instance: { addrs: '192.168.1.1:6379,192.168.0.0:6379', password: 'xxxxxx' },
        target_instance: { id: 'cf4a05df-1c38-47c5-bb5a-0a7b3673b3bd' },
        bandwidth_limit_mb: '123',
      },
    },
    reply: { id: 'i', name: 'n', status: 'FULLMIGRATING', error: '' },
  },
  {
    title: 'UpdateMigrationTask',
    type: 'migration.dcs.migration-task.update',
    sdk: {
      projectId: PROJECT,
      method: 'PUT',
      path: '/v2/{project_id}/migration-task/{task_id}',
      body: { resume_mode: 'auto' },
    },
    reply: {},
  },
  {
    title: 'UpdateTask',
    type: 'migration.sms.task.update',
    sdk: {
      domainId: DOMAIN,
      method: 'PUT',
      path: '/v3/tasks/{task_id}',
      body: {
        name: 'MigrationTask',
        type: 'MIGRATE_BLOCK',
        speed_limit: 0,
        target_server: {
          id: 't1',
          vm_id: '',
          disks: [{ id: 88008, device_use: 'OS', disk_id: '0', size: 42949672960 }],
        },
      },
    },
    reply: { id: 't' },
  },
];

describe.each(CASES)('$title', ({ type, sdk, reply }) => {
  it('leaves the relay as it leaves the official SDK: method, path, JSON and signature', async () => {
    const { provider } = relays;
    const task_id = 'b21989ec-2889-4b8e-99db-19c073425ec2';
    const replies = {
      GET: { status: 200, body: { status: 'RUNNING' } },
      PUT: { status: 200, body: reply },
      POST: { status: 200, body: reply },
    };

    provider.play(replies);
    await callWithSdk({ ...sdk, url: provider.url, key, pathParams: { task_id } });
    const [theirs] = provider.calls().slice();
    provider.play(replies);
    const project = sdk.projectId === undefined ? { project_id: undefined } : {};
    await relays.create().deliver(change({ type }, { task_id, body: sdk.body, ...project }));
    const [ours] = provider.calls();
    if (!theirs || !ours) throw new Error('a request is missing');

    expect({ method: ours.method, path: ours.path }).toEqual({ method: theirs.method, path: theirs.path });
    expect(JSON.parse(ours.body)).toEqual(JSON.parse(theirs.body));
    expect(ours.headers['content-type']).toBe(theirs.headers['content-type']);
    for (const scope of ['x-project-id', 'x-domain-id']) expect(ours.headers[scope]).toBe(theirs.headers[scope]);
    // Our signer, with their request and their time, must make their signature.
    const headers = Object.fromEntries(
      ['host', 'content-type', 'x-project-id', 'x-domain-id']
        .filter((name) => theirs.headers[name] !== undefined)
        .map((name) => [name, String(theirs.headers[name])]),
    );
    const signed = sign({
      method: theirs.method,
      path: theirs.path,
      headers,
      body: theirs.body,
      accessKey: key.ak,
      secretKey: key.sk,
      date: dateOf(String(theirs.headers['x-sdk-date'])),
    });
    expect(signed.authorization ?? signed.Authorization).toBe(theirs.headers.authorization);
  });
});

/** 20260102T030405Z as milliseconds. */
const dateOf = (text: string) => Date.parse(text.replace(/^(....)(..)(..)T(..)(..)(..)Z$/, '$1-$2-$3T$4:$5:$6Z'));
