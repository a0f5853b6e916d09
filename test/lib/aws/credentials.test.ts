import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createCredentials } from '../../../src/lib/aws/credentials.ts';
import { createConnections } from '../../../src/lib/http/connections.ts';
import { type Say, startAwsService } from '../../support/aws-service.ts';

const START = Date.UTC(2026, 0, 1);
const minutes = (count: number) => count * 60_000;
const given = (key: string, until = START + minutes(60)): Say => ({
  status: 200,
  body: JSON.stringify({
    ...{ AccessKeyId: key, SecretAccessKey: 'CANARY', Token: `token-${key}` },
    Expiration: new Date(until).toISOString(),
  }),
});

/** Credentials from an agent with these replies, at a time that the test sets. */
async function credentialsFrom(says: Say[], environment: Record<string, string> = {}) {
  const agent = await startAwsService(...says);
  const connections = createConnections();
  onTestFinished(async () => {
    await connections.close();
    await agent.stop();
  });
  const time = { now: START };
  const variables = { AWS_CONTAINER_CREDENTIALS_FULL_URI: `${agent.url}/v1/credentials?a=b`, ...environment };
  const credentials = createCredentials(variables, connections, () => time.now);
  return { agent, time, keyOf: async () => (await credentials()).accessKeyId, credentials: async () => credentials() };
}

describe('credentials', () => {
  it('in the environment need no agent', async () => {
    const keys = { AWS_ACCESS_KEY_ID: 'AKID', AWS_SECRET_ACCESS_KEY: 'secret', AWS_SESSION_TOKEN: 'token' };
    const { agent, credentials } = await credentialsFrom([given('ONE')], keys);
    expect(await credentials()).toEqual({ accessKeyId: 'AKID', secretAccessKey: 'secret', sessionToken: 'token' });
    expect(agent.heard).toEqual([]);
  });

  it('of a container are requested once, however many calls need them', async () => {
    const { agent, keyOf, credentials } = await credentialsFrom([given('ONE')], {
      AWS_CONTAINER_AUTHORIZATION_TOKEN: 'leave',
    });
    expect(await Promise.all([keyOf(), keyOf(), keyOf()])).toEqual(['ONE', 'ONE', 'ONE']);
    expect(await credentials()).toMatchObject({ secretAccessKey: 'CANARY', sessionToken: 'token-ONE' });
    expect(agent.heard).toMatchObject([
      { method: 'GET', path: '/v1/credentials?a=b', headers: { authorization: 'leave' } },
    ]);
  });

  it('of a container are requested with the token that the file has now', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'token-'));
    onTestFinished(() => rm(folder, { recursive: true }));
    await writeFile(join(folder, 'token'), 'from-file\n');
    const { agent, keyOf } = await credentialsFrom([given('ONE')], {
      AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE: join(folder, 'token'),
    });
    expect(await keyOf()).toBe('ONE');
    expect(agent.heard[0]?.headers.authorization).toBe('from-file');
  });

  it('are read again five minutes before they expire', async () => {
    const { agent, time, keyOf } = await credentialsFrom([given('ONE'), given('TWO', START + minutes(120))]);
    await keyOf();
    time.now = START + minutes(54);
    expect(await keyOf()).toBe('ONE');
    time.now = START + minutes(56);
    expect(await keyOf()).toBe('TWO');
    expect(agent.heard).toHaveLength(2);
  });

  it('that cannot be renewed are used until they expire, and no longer', async () => {
    const { time, keyOf } = await credentialsFrom([given('ONE'), { status: 500 }]);
    await keyOf();
    time.now = START + minutes(59);
    expect(await keyOf()).toBe('ONE');
    time.now = START + minutes(60);
    await expect(keyOf()).rejects.toMatchObject({ name: 'AwsUnreachable', code: 'credentials_unavailable' });
  });

  it.each<[string, Say]>([
    ['a refusal', { status: 403, body: '{"code":"CANARY"}' }],
    ['credentials with a refusal', { ...(given('REFUSED') as object), status: 403 } as Say],
    ['no JSON', { status: 200, body: 'CANARY' }],
    ['no end', { status: 200, body: '{"AccessKeyId":"A","SecretAccessKey":"B","Token":"C"}' }],
    ['half of them', { status: 200, body: '{"AccessKeyId":"A","Expiration":"2026-02-01T00:00:00Z"}' }],
    ['silence', 'silence'],
  ])('are undefined if the agent replies with %s, and the next call asks again', async (_what, say) => {
    const { keyOf } = await credentialsFrom([say, given('ONE')]);
    const fault: unknown = await keyOf().catch((reason: unknown) => reason);
    expect(fault).toMatchObject({ code: 'credentials_unavailable' });
    expect(String(fault)).not.toContain('CANARY');
    expect(await keyOf()).toBe('ONE');
  });

  it.each(['http://192.0.2.1/', 'http://example.com/', 'ftp://127.0.0.1/', 'nonsense', ''])(
    'are not requested from an address that is not an agent: %s',
    async (url) => {
      const { keyOf } = await credentialsFrom([], { AWS_CONTAINER_CREDENTIALS_FULL_URI: url });
      await expect(keyOf()).rejects.toMatchObject({ code: 'credentials_unavailable' });
    },
  );
});
