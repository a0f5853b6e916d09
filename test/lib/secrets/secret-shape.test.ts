import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { FingerprintKeys } from '../../../src/lib/change/fingerprint.ts';
import { readShape, SecretShapeError } from '../../../src/lib/secrets/secret-shape.ts';
import { WebhookSecrets } from '../../../src/lib/webhook/signature.ts';

const KEY = Buffer.alloc(32, 'CANARY').toString('base64');
const secret = `whsec_${KEY}`;
const faultOf = (read: () => unknown): string => {
  try {
    read();
  } catch (error) {
    expect(error).toBeInstanceOf(SecretShapeError);
    return String(error);
  }
  throw new Error('the shape was accepted');
};

describe('the shape of a secret', () => {
  it('that is right is read', () => {
    expect(readShape('WEBHOOK_SECRETS', WebhookSecrets, JSON.stringify({ secrets: [secret] }))).toEqual({
      secrets: [secret],
    });
    const keys = { current: 'a', keys: { a: KEY } };
    expect(readShape('FINGERPRINT_KEYS', FingerprintKeys, JSON.stringify(keys))).toEqual(keys);
  });

  it.each([
    ['no JSON', secret, 'the whole'],
    ['a JSON text', JSON.stringify(secret), 'the whole'],
    ['a list', JSON.stringify([secret]), 'the whole'],
    ['another member', JSON.stringify({ secrets: [secret], more: KEY }), 'the whole: has an unknown member'],
    ['the secret as a name', JSON.stringify({ [secret]: '' }), 'secrets'],
    ['a short secret', JSON.stringify({ secrets: ['whsec_Q0FOQVJZ'] }), 'secrets.0: must hold at least 24 bytes'],
    [
      'a secret of another kind',
      JSON.stringify({ secrets: [`sk_${KEY}`] }),
      'secrets.0: must be whsec_ followed by base64',
    ],
  ])('that is wrong (%s) names the variable and the member, never a value', (_what, text, member) => {
    const fault = faultOf(() => readShape('WEBHOOK_SECRETS', WebhookSecrets, text));
    expect(fault).toContain('the secret of WEBHOOK_SECRETS is not well formed');
    expect(fault).toContain(member);
    expect(fault).not.toMatch(/CANARY|Q0FO|whsec_[A-Za-z0-9]/);
  });

  it.each([
    ['the key as a name', { current: 'a', keys: { a: KEY, [KEY]: 'b' } }],
    ['a current key that is none', { current: KEY.slice(0, 32), keys: { a: KEY } }],
    ['a member that is not known', { current: 'a', keys: { a: KEY }, [KEY]: 1 }],
  ])('of the fingerprint keys does not repeat %s', (_what, keys) => {
    const fault = faultOf(() => readShape('FINGERPRINT_KEYS', FingerprintKeys, JSON.stringify(keys)));
    expect(fault).not.toMatch(/Q0FO/);
  });

  it('that is wrong is described in words of our own', () => {
    const fault = (text: string) => faultOf(() => readShape('WEBHOOK_SECRETS', WebhookSecrets, text));
    expect(fault('{}')).toMatch(/secrets: is missing$/);
    expect(fault('{"secrets":5}')).toMatch(/secrets: must be a list$/);
    expect(fault('{"secrets":[]}')).toMatch(/secrets: must be at least 1 in number$/);
  });

  it('with a thousand faults is described in one line', () => {
    const fault = faultOf(() =>
      readShape('FINGERPRINT_KEYS', FingerprintKeys, JSON.stringify({ current: 'a', keys: Array(1000).fill(5) })),
    );
    expect(fault.length).toBeLessThan(1000);
  });

  it('with many faults names the first five, each by itself', () => {
    const secrets = Array(5).fill('CANARY');
    const fault = faultOf(() => readShape('WEBHOOK_SECRETS', WebhookSecrets, JSON.stringify({ secrets, a: 1, b: 2 })));
    expect(fault).toMatch(/^SecretShapeError: the secret of WEBHOOK_SECRETS is not well formed: secrets\.0: /);
    expect(fault.split('; ')).toHaveLength(5);
  });

  it('shows a member only if its name is short and plain', () => {
    const fault = (name: string) =>
      faultOf(() => readShape('X', z.record(z.string(), z.number()), JSON.stringify({ [name]: 'CANARY' })));
    for (const name of ['a-b', '-b', 'x'.repeat(33), 'a.b'])
      expect(fault(name)).toContain(' not well formed: (a member): ');
    expect(fault('x'.repeat(32))).toContain(` not well formed: ${'x'.repeat(32)}: `);
  });
});
