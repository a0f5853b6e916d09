import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import {
  cacheFailure,
  createSecrets,
  readReference,
  SecretRefused,
  withinPrefix,
} from '../../../src/lib/secrets/secrets.ts';

const SECRET_ARN = 'arn:aws:secretsmanager:eu-central-1:123456789012:secret:';
const PARAMETER_ARN = 'arn:aws:ssm:eu-central-1:123456789012:parameter';

describe('a reference', () => {
  it.each([
    ['relay/redis', { store: 'secrets-manager', name: 'relay/redis' }],
    [`${SECRET_ARN}relay/redis-a1B2c3`, { store: 'secrets-manager', name: `${SECRET_ARN}relay/redis-a1B2c3` }],
    ['/relay/redis', { store: 'parameter-store', name: '/relay/redis' }],
    [`${PARAMETER_ARN}/relay/redis`, { store: 'parameter-store', name: `${PARAMETER_ARN}/relay/redis` }],
    ['relay/redis#password', { store: 'secrets-manager', name: 'relay/redis', member: 'password' }],
    ['/relay/redis#a b', { store: 'parameter-store', name: '/relay/redis', member: 'a b' }],
    ['relay#a#b', { store: 'secrets-manager', name: 'relay', member: 'a' }],
    ['relay#', { store: 'secrets-manager', name: 'relay', member: '' }],
    // Its account and region count: the same name elsewhere is another parameter.
    [
      'arn:aws-cn:ssm:cn-north-1:123456789012:parameter/x',
      { store: 'parameter-store', name: 'arn:aws-cn:ssm:cn-north-1:123456789012:parameter/x' },
    ],
    [`x${PARAMETER_ARN}/x`, { store: 'secrets-manager', name: `x${PARAMETER_ARN}/x` }],
    [`${PARAMETER_ARN}/x\n`, { store: 'secrets-manager', name: `${PARAMETER_ARN}/x\n` }],
  ])('%s names the right store, secret and member', (reference, expected) => {
    expect(readReference(reference)).toStrictEqual(expected);
  });
});

/** Stores with these values, which record the requests. */
function createStores(texts: Record<string, string>) {
  const asked: [string, string, boolean][] = [];
  const store = (kind: string) => async (name: string, noCache: boolean) => {
    asked.push([kind, name, noCache]);
    return texts[name];
  };
  return { asked, secrets: createSecrets({ secretsManager: store('manager'), parameterStore: store('parameters') }) };
}

describe('a secret', () => {
  const texts = {
    plain: 'CANARY',
    '/plain': 'CANARY-PARAMETER',
    json: '{"password":"CANARY-MEMBER","number":5,"nested":{"a":"b"},"none":null}',
    list: '["CANARY"]',
  };

  it('is read from the store that its reference names', async () => {
    const { secrets, asked } = createStores(texts);
    expect(await secrets('plain')).toBe('CANARY');
    expect(await secrets('/plain', true)).toBe('CANARY-PARAMETER');
    expect(asked).toEqual([
      ['manager', 'plain', false],
      ['parameters', '/plain', true],
    ]);
  });

  it('may be one member of a JSON object', async () => {
    expect(await createStores(texts).secrets('json#password')).toBe('CANARY-MEMBER');
  });

  it.each(['json#number', 'json#nested', 'json#none', 'json#absent', 'json#', 'json#__proto__', 'json#constructor'])(
    'is not taken from %s, which is not a text',
    async (reference) => {
      await expect(createStores(texts).secrets(reference)).rejects.toThrow(
        /^the secret does not have the named member, or the member is not text$/,
      );
    },
  );

  it.each(['plain#password', 'list#0', 'absent', 'list#length'])(
    'that cannot be read (%s) is an error without its name and its text',
    async (reference) => {
      const error = await createStores(texts)
        .secrets(reference)
        .catch((fault: unknown) => fault);
      expect(String(error)).toMatch(/^Error: (?:a|the) secret /);
      expect(String(error)).not.toMatch(/CANARY|plain|list|absent|json/);
    },
  );

  it('that is not JSON, although a member of it is named, is an error that says so', async () => {
    await expect(createStores(texts).secrets('plain#a')).rejects.toThrow(
      /^the secret is not JSON, so it has no member to read$/,
    );
  });
});

describe('a prefix', () => {
  const withTimeout = (prefix: string) => withinPrefix(prefix, async (reference) => `value of ${reference}`);

  it.each([
    'relay/dev/redis/a',
    '/relay/dev/redis/a',
    'relay/dev/redis/a#member',
    `${SECRET_ARN}relay/dev/redis/a-a1B2c3`,
    `${PARAMETER_ARN}/relay/dev/redis/a`,
  ])('permits %s, with or without a slash of its own', async (reference) => {
    expect(await withTimeout('relay/dev/redis/')(reference)).toBe(`value of ${reference}`);
    expect(await withTimeout('/relay/dev/redis/')(reference)).toBe(`value of ${reference}`);
  });

  it.each([
    'relay/dev/provider',
    'relay/dev/redis',
    'relay/dev/redis-other/a',
    'RELAY/DEV/REDIS/a',
    ' relay/dev/redis/a',
    '//relay/dev/redis/a',
    '///relay/dev/redis/a',
    './relay/dev/redis/a',
    'relay//dev/redis/a',
    'x/relay/dev/redis/a',
    'relay/dev/redis/../provider',
    '/relay/dev/redis/../provider',
    'relay/dev/redis/..',
    'relay/dev#relay/dev/redis/a',
    '#relay/dev/redis/a',
    '',
    `${SECRET_ARN}relay/dev/provider-a1B2c3`,
    `${SECRET_ARN}x:secret:relay/dev/redis/a`,
    `${SECRET_ARN}/x/relay/dev/redis/a`,
    `${PARAMETER_ARN}/relay/dev/provider`,
    `${PARAMETER_ARN}//relay/dev/redis/a`,
    'arn:aws:s3:::relay/dev/redis/a',
    'arn:aws:secretsmanager:eu-central-1:12:secret:relay/dev/redis/a',
    `x${SECRET_ARN}relay/dev/redis/a`,
    `${SECRET_ARN}relay/dev/redis/a\n`,
  ])('does not permit %j', async (reference) => {
    await expect(withTimeout('relay/dev/redis/')(reference)).rejects.toThrow(SecretRefused);
  });

  it.each(['', '/'])('that is empty (%j) permits nothing', async (prefix) => {
    for (const reference of ['a', '/a', `${SECRET_ARN}a`]) {
      await expect(withTimeout(prefix)(reference)).rejects.toThrow(SecretRefused);
    }
  });

  it('does not repeat a name that it does not permit', async () => {
    const error = await withTimeout('a/')('CANARY').catch((fault: unknown) => fault);
    expect(`${error}`).toBe('SecretRefused: the reference does not start with the prefix for changes');
  });
});

describe('a cache of failures', () => {
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ['Date'] });
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  function createUnderTest() {
    const state = { reads: 0, away: false };
    const read = cacheFailure(async () => {
      state.reads++;
      if (state.away) throw new Error('away');
      return 'value';
    }, 60_000);
    return { state, read };
  }

  it('reads each time while that works', async () => {
    const { state, read } = createUnderTest();
    for (let count = 0; count < 5; count++) expect(await read()).toBe('value');
    expect(state.reads).toBe(5);
  });

  it('reads once a minute while that fails, and each time once it works again', async () => {
    const { state, read } = createUnderTest();
    state.away = true;
    for (let count = 0; count < 1000; count++) await expect(read()).rejects.toThrow('away');
    expect(state.reads).toBe(1);
    vi.advanceTimersByTime(60_000);
    await expect(read()).rejects.toThrow('away');
    expect(state.reads).toBe(2);
    state.away = false;
    await expect(read()).rejects.toThrow('away');
    vi.advanceTimersByTime(60_000);
    expect(await read()).toBe('value');
    expect(await read()).toBe('value');
  });
});
