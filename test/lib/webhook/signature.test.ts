import fc from 'fast-check';
import { Webhook } from 'standardwebhooks';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { isPlausible, isSigned, WebhookSecrets } from '../../../src/lib/webhook/signature.ts';
import { BODY, FOREIGN_SECRET, NOW, SECRET, signedRequest } from '../../support/signed-request.ts';

beforeEach(() => {
  vi.useFakeTimers({ now: NOW * 1000, toFake: ['Date'] });
});
afterEach(() => {
  vi.useRealTimers();
});

describe('a signature of the reference library', () => {
  const secret = fc
    .uint8Array({ minLength: 24, maxLength: 64 })
    .map((key) => `whsec_${Buffer.from(key).toString('base64')}`);

  it('is valid for every secret, id, time and text', () => {
    fc.assert(
      fc.property(
        secret,
        fc.stringMatching(/^[!-~]{1,64}$/),
        fc.integer({ min: -300, max: 300 }),
        fc.string(),
        (key, id, late, text) => {
          const time = new Date((NOW + late) * 1000);
          const signature = new Webhook(key).sign(id, time, text);
          const headers = {
            'webhook-id': id,
            'webhook-timestamp': String(NOW + late),
            'webhook-signature': signature,
          };
          expect(isSigned(key, headers, Buffer.from(text))).toBe(true);
          expect(isSigned(FOREIGN_SECRET, headers, Buffer.from(text))).toBe(false);
          expect(isSigned(key, headers, Buffer.from(`${text} `))).toBe(false);
        },
      ),
      { seed: 20_260_203 },
    );
  });

  it('is accepted by the library and by the relay alike', () => {
    const { headers, body } = signedRequest();
    expect(() => new Webhook(SECRET).verify(body, headers as Record<string, string>)).not.toThrow();
    expect(isSigned(SECRET, headers, body)).toBe(true);
  });

  it('covers the bytes themselves here, but only the decoded text in the library', () => {
    const { headers } = signedRequest({ body: '\ufffd' });
    const other = Buffer.from([0xff]);
    expect(new Webhook(SECRET).verify(other, headers as Record<string, string>, { jsonParse: false })).toBeUndefined();
    expect(isSigned(SECRET, headers, other)).toBe(false);
  });
});

describe('a signature', () => {
  it('is refused without the headers that it covers', () => {
    expect(isSigned(SECRET, {}, Buffer.from(BODY))).toBe(false);
    expect(isPlausible({})).toBe(false);
  });

  it('never throws, whatever the headers contain', () => {
    const { headers, body } = signedRequest();
    fc.assert(
      fc.property(fc.constantFrom(...Object.keys(headers)), fc.string({ unit: 'binary' }), (name, value) => {
        expect(typeof isSigned(SECRET, { ...headers, [name]: value }, body)).toBe('boolean');
        expect(typeof isPlausible({ ...headers, [name]: value })).toBe('boolean');
      }),
    );
  });
});

describe('the secret behind the webhook', () => {
  const key = (bytes: number) => `whsec_${Buffer.alloc(bytes, 7).toString('base64')}`;

  it.each([
    ['one', [key(24)]],
    ['five, while they are rotated', Array(5).fill(key(64))],
  ])('may hold %s', (_what, secrets) => {
    expect(WebhookSecrets.safeParse({ secrets }).success).toBe(true);
  });

  it.each([
    ['none', []],
    ['six', Array(6).fill(key(32))],
    ['an empty key', ['whsec_']],
    ['a key of 23 bytes', [key(23)]],
    ['a key without its prefix', [key(32).slice(6)]],
    ['a key that is no base64', [`whsec_${'-'.repeat(44)}`]],
    ['a key with a line break', [`${key(32)}\n`]],
    ['a number', [5]],
  ])('may not hold %s', (_what, secrets) => {
    expect(WebhookSecrets.safeParse({ secrets }).success).toBe(false);
  });
});
