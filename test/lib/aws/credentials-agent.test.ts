import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Dispatcher } from 'undici';
import { describe, expect, it } from 'vitest';
import { createCredentials } from '../../../src/lib/aws/credentials.ts';
import type { Connections } from '../../../src/lib/http/connections.ts';

const START = Date.UTC(2026, 0, 1);
const HOUR = 60 * 60_000;
const GIVEN = {
  ...{ AccessKeyId: 'AKID', SecretAccessKey: 'secret', Token: 'token' },
  Expiration: new Date(START + HOUR).toISOString(),
};

/**
 * The container's agent at any address. It records its requests and their kind of connection, and gives the set
 * replies.
 */
function agentThat(gives: () => unknown = () => GIVEN) {
  const asked: object[] = [];
  const dispatch = (options: Dispatcher.DispatchOptions, handler: Dispatcher.DispatchHandler): boolean => {
    const { origin, method, path, headers, body } = options;
    asked.push({ origin, method, path, headers, body });
    const controller = { abort: () => {} } as unknown as Dispatcher.DispatchController;
    handler.onRequestStart?.(controller, {});
    handler.onResponseStart?.(controller, 200, {}, '');
    handler.onResponseData?.(controller, Buffer.from(JSON.stringify(gives())));
    handler.onResponseEnd?.(controller, {});
    return true;
  };
  const kinds: string[] = [];
  const connections = {
    with: <T>(kind: string, use: (dispatcher: Dispatcher) => Promise<T>) => {
      kinds.push(kind);
      return use({ dispatch } as Dispatcher);
    },
  } as Connections;
  const time = { now: START };
  const of = (environment: Record<string, string>) => {
    const credentials = createCredentials(environment, connections, () => time.now);
    return async () => credentials();
  };
  return { of, asked, kinds, time };
}
const at = (url: string, more: Record<string, string> = {}) => ({ AWS_CONTAINER_CREDENTIALS_FULL_URI: url, ...more });

describe('the agent of a container', () => {
  it('is asked once, on a connection of its own, for the credentials alone', async () => {
    const { of, asked, kinds } = agentThat();
    expect(await of(at('http://169.254.170.23/v1/credentials?a=b'))()).toMatchObject({
      ...{ accessKeyId: 'AKID', secretAccessKey: 'secret', sessionToken: 'token' },
    });
    expect(asked).toEqual([
      {
        ...{ origin: 'http://169.254.170.23', method: 'GET', path: '/v1/credentials?a=b', body: null },
        headers: { accept: 'application/json' },
      },
    ]);
    expect(kinds).toEqual(['own']);
  });

  it.each([
    'http://127.0.0.1:51679/get',
    'http://127.12.255.10/get',
    'http://localhost/get',
    'http://[::1]/get',
    'http://169.254.170.2/get',
    'http://169.254.170.23/get',
    'http://[fd00:ec2::23]/get',
    'https://agent.example/get',
  ])('may be at %s', async (url) => {
    const { of, asked } = agentThat();
    expect(await of(at(url))()).toMatchObject({ accessKeyId: 'AKID' });
    expect(asked).toHaveLength(1);
  });

  it.each([
    'http://128.0.0.1/get',
    'http://10.127.0.0.1.example/get',
    'http://x127.0.0.1.example/get',
    'http://localhost.example/get',
    'http://my-localhost/get',
    'http://[::2]/get',
    'http://169.254.170.3/get',
    'http://169.254.170.230/get',
    'http://169.254.169.254/get',
    'http://[fd00:ec2::24]/get',
    'no address',
  ])('is not asked at %s', async (url) => {
    const { of, asked } = agentThat();
    await expect(of(at(url))()).rejects.toMatchObject({ name: 'AwsUnreachable', code: 'credentials_unavailable' });
    expect(asked).toEqual([]);
  });

  it('is not asked if none is named', async () => {
    const { of, asked } = agentThat();
    await expect(of({})()).rejects.toMatchObject({ code: 'credentials_unavailable' });
    expect(asked).toEqual([]);
  });

  it.each<[string, Record<string, string>]>([
    ['no key', { AWS_SECRET_ACCESS_KEY: 'secret' }],
    ['an empty key', { AWS_ACCESS_KEY_ID: '', AWS_SECRET_ACCESS_KEY: 'secret' }],
    ['no secret', { AWS_ACCESS_KEY_ID: 'OTHER' }],
    ['an empty secret', { AWS_ACCESS_KEY_ID: 'OTHER', AWS_SECRET_ACCESS_KEY: '' }],
  ])('is asked if the environment has %s', async (_what, environment) => {
    const { of } = agentThat();
    expect(await of(at('http://localhost/', environment))()).toMatchObject({ accessKeyId: 'AKID' });
  });

  it.each([undefined, ''])(
    'is not asked for the session token that keys in the environment lack: %j',
    async (session) => {
      const { of, asked } = agentThat();
      const keys = { AWS_ACCESS_KEY_ID: 'OTHER', AWS_SECRET_ACCESS_KEY: 'other' };
      const given = await of({ ...keys, ...(session !== undefined && { AWS_SESSION_TOKEN: session }) })();
      expect(given).toEqual({ accessKeyId: 'OTHER', secretAccessKey: 'other', sessionToken: undefined });
      expect(asked).toEqual([]);
    },
  );
});

describe('the authorization token for the agent', () => {
  const headersWith = async (more: Record<string, string>) => {
    const { of, asked } = agentThat();
    await of(at('http://localhost/', more))();
    return asked.map((request) => (request as { headers: object }).headers);
  };

  it('is sent if there is one', async () => {
    const plain = { accept: 'application/json' };
    expect(await headersWith({ AWS_CONTAINER_AUTHORIZATION_TOKEN: 'leave' })).toEqual([
      { ...plain, authorization: 'leave' },
    ]);
    expect(await headersWith({ AWS_CONTAINER_AUTHORIZATION_TOKEN: '' })).toEqual([plain]);
    expect(await headersWith({ AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE: '' })).toEqual([plain]);
  });

  it('that should be in a file but is not leaves no credentials, and the agent is not asked', async () => {
    const { of, asked } = agentThat();
    const file = join(tmpdir(), 'no such folder', 'token');
    await expect(of(at('http://localhost/', { AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE: file }))()).rejects.toMatchObject(
      { name: 'AwsUnreachable', code: 'credentials_unavailable' },
    );
    expect(asked).toEqual([]);
  });
});

describe('the reply of the agent', () => {
  it.each<[string, unknown]>([
    ...['AccessKeyId', 'SecretAccessKey', 'Token'].flatMap((part): [string, unknown][] => [
      [`no ${part}`, { ...GIVEN, [part]: undefined }],
      [`an empty ${part}`, { ...GIVEN, [part]: '' }],
      [`a ${part} that is no text`, { ...GIVEN, [part]: 7 }],
    ]),
    ['no end', { ...GIVEN, Expiration: undefined }],
    ['an end that is no time', { ...GIVEN, Expiration: 'soon' }],
    ['null', null],
  ])('gives no credentials with %s', async (_what, given) => {
    const { of } = agentThat(() => given);
    await expect(of(at('http://localhost/'))()).rejects.toMatchObject({ code: 'credentials_unavailable' });
  });

  it('is used until just five minutes before it expires', async () => {
    const { of, asked, time } = agentThat();
    const credentials = of(at('http://localhost/'));
    await credentials();
    time.now = START + HOUR - 300_001;
    await credentials();
    expect(asked).toHaveLength(1);
    time.now += 1;
    await credentials();
    expect(asked).toHaveLength(2);
  });

  it('is used until it expires while there is no new one', async () => {
    const gives: unknown[] = [GIVEN];
    const { of, asked, time } = agentThat(() => gives.shift());
    const credentials = of(at('http://localhost/'));
    await credentials();
    time.now = START + HOUR - 1;
    expect(await credentials()).toMatchObject({ accessKeyId: 'AKID' });
    time.now += 1;
    await expect(credentials()).rejects.toMatchObject({ code: 'credentials_unavailable' });
    expect(asked).toHaveLength(3);
  });
});
