import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Clients, createClients, memoize } from '../../../src/operator/stage/clients.ts';
import { type JsonServer, ServiceError, startJsonServer } from '../../../stand-ins/json-server.ts';

const SECRETS: Record<string, unknown> = {
  'stage/provider': { SecretString: '{"user":"mover","password":"pass"}' },
  'stage/old': { SecretBinary: Buffer.from('bytes').toString('base64') },
};
let server: JsonServer;
let clients: Clients;
beforeAll(async () => {
  server = await startJsonServer({
    'secretsmanager.GetSecretValue': ({ SecretId }) => {
      const found = SECRETS[String(SecretId)];
      if (!found) throw new ServiceError('ResourceNotFoundException', 'no such secret');
      return found;
    },
    'AmazonSSM.GetParameter': ({ Name }) => ({ Parameter: { Value: `value of ${Name}` } }),
  });
  const endpoints = { AWS_ENDPOINT_URL_SECRETS_MANAGER: server.url, AWS_ENDPOINT_URL_SSM: server.url };
  clients = createClients({ region: 'eu-central-1', endpoints, env: {} });
});
afterAll(() => server.close());

describe('a reference in the settings of a stage', () => {
  it.each([
    ['the name of a secret', 'stage/provider', '{"user":"mover","password":"pass"}'],
    ['a member of a secret', 'stage/provider#password', 'pass'],
    ['a secret of bytes', 'stage/old', 'bytes'],
    ['the path of a parameter', '/stage/key', 'value of /stage/key'],
    [
      'the ARN of a parameter',
      'arn:aws:ssm:eu-central-1:123456789012:parameter/stage/key',
      'value of arn:aws:ssm:eu-central-1:123456789012:parameter/stage/key',
    ],
  ])('that is %s is resolved as a function resolves it', async (_what, reference, text) => {
    expect(await clients.secret(reference)).toBe(text);
  });

  it("that does not exist fails with AWS's error name", async () => {
    await expect(clients.secret('stage/none')).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
  });
});

describe('a cached read', () => {
  it('is made once for each key, and again after it failed', async () => {
    const reads: string[] = [];
    const read = memoize(async (key: string) => {
      reads.push(key);
      if (reads.length === 1) throw new Error('not now');
      return key.length;
    });
    await expect(read('abc')).rejects.toThrow('not now');
    expect(await read('abc')).toBe(3);
    expect(await read('abc')).toBe(3);
    expect(await read('x')).toBe(1);
    expect(reads).toEqual(['abc', 'abc', 'x']);
  });
});
