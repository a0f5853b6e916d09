import { afterEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { awsStores, cachedStores, SecretUnavailable } from '../../../src/lib/aws/secret-stores.ts';
import { SECRETS_MANAGER, SSM } from '../../../src/lib/aws/services.ts';
import { awsCallAt } from '../../support/aws-call.ts';
import { type Say, startAwsService } from '../../support/aws-service.ts';

const AGE = 300_000;
const text = (SecretString: string): Say => ({ status: 200, body: JSON.stringify({ SecretString }) });
afterEach(() => void vi.useRealTimers());

/** The stores over a service with these replies. Texts are cached for five minutes. */
async function storesThat(...says: Say[]) {
  const service = await startAwsService(...says);
  onTestFinished(service.stop);
  const stores = awsStores(awsCallAt(SECRETS_MANAGER, service.url), awsCallAt(SSM, service.url));
  return { heard: service.heard, ...cachedStores(stores, AGE) };
}

describe('a secret', () => {
  it('is read from Secrets Manager by its name', async () => {
    const { secretsManager, heard } = await storesThat(text('one'));
    expect(await secretsManager('a/name', false)).toBe('one');
    expect(heard).toMatchObject([
      { body: '{"SecretId":"a/name"}', headers: { 'x-amz-target': 'secretsmanager.GetSecretValue' } },
    ]);
  });

  it('of bytes is read as UTF-8', async () => {
    const SecretBinary = Buffer.from('ä😀').toString('base64');
    const { secretsManager } = await storesThat({ status: 200, body: JSON.stringify({ SecretBinary }) });
    expect(await secretsManager('a', false)).toBe('ä😀');
  });

  it('is read from the parameter store, decrypted', async () => {
    const { parameterStore, heard } = await storesThat({ status: 200, body: '{"Parameter":{"Value":"one"}}' });
    expect(await parameterStore('/a', false)).toBe('one');
    expect(heard).toMatchObject([
      { body: '{"Name":"/a","WithDecryption":true}', headers: { 'x-amz-target': 'AmazonSSM.GetParameter' } },
    ]);
  });

  it('is cached by its name and store until it is too old', async () => {
    vi.useFakeTimers({ toFake: ['Date'] });
    const { secretsManager, heard } = await storesThat(text('one'), text('two'));
    expect(await secretsManager('a', false)).toBe('one');
    vi.setSystemTime(Date.now() + AGE);
    expect(await secretsManager('a', false)).toBe('one');
    vi.setSystemTime(Date.now() + 1);
    expect(await secretsManager('a', false)).toBe('two');
    expect(await secretsManager('b', false)).toBe('two');
    expect(heard).toHaveLength(3);
  });

  it('is read again if a fresh one is asked for, and then cached for others', async () => {
    const { secretsManager, heard } = await storesThat(text('one'), text('two'));
    await secretsManager('a', false);
    expect(await secretsManager('a', true)).toBe('two');
    expect(await secretsManager('a', false)).toBe('two');
    expect(heard).toHaveLength(2);
  });

  it('that a reply lacks is absent', async () => {
    const { parameterStore, secretsManager } = await storesThat(
      { status: 200, body: '{}' },
      { status: 200, body: '{}' },
    );
    expect({
      parameterStore: await parameterStore('/a', false),
      secretsManager: await secretsManager('a', false),
    }).toEqual({ parameterStore: undefined, secretsManager: undefined });
  });

  it.each([
    [new Error('CANARY'), 'unknown'],
    [{ code: 'CANARY' }, 'unknown'],
    [undefined, 'unknown'],
    [Object.assign(new Error('CANARY'), { code: 'ECONNREFUSED' }), 'ECONNREFUSED'],
  ])('that cannot be read because of %j fails with a code alone', (cause, code) => {
    const { message, ...fault } = new SecretUnavailable(cause);
    expect({ message, code: fault.code }).toEqual({ message: `a secret can't be read: ${code}`, code });
  });

  it('that is empty is not cached', async () => {
    const { secretsManager, heard } = await storesThat(text(''), text('one'));
    expect(await secretsManager('a', false)).toBe('');
    expect(await secretsManager('a', false)).toBe('one');
    expect(heard).toHaveLength(2);
  });

  it('that cannot be read fails without its name, and the next read asks again', async () => {
    const gone: Say = { status: 400, body: '{"__type":"ResourceNotFoundException","message":"CANARY"}' };
    const { secretsManager } = await storesThat(gone, text('one'));
    const fault: unknown = await secretsManager('CANARY', false).catch((reason: unknown) => reason);
    expect(fault).toBeInstanceOf(SecretUnavailable);
    expect(fault).toMatchObject({ name: 'SecretUnavailable', code: 'ResourceNotFoundException' });
    expect(`${fault} ${JSON.stringify(fault)}`).not.toContain('CANARY');
    expect(await secretsManager('CANARY', false)).toBe('one');
  });
});
