import { createHash, createHmac } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { canonical, FingerprintKeys, fingerprint, sha256 } from '../../../src/lib/change/fingerprint.ts';
import { parseJson } from '../../../src/lib/json/exact-json.ts';
import { FIRST_KEYS, ROTATED_KEYS } from '../../support/relay-under-test.ts';

describe('canonical', () => {
  it.each([
    ['{"b":1,"a":2}', '{"a":2,"b":1}'],
    ['{"a":1.0,"b":null}', '{"a":1}'],
    ['[9223372036854775807]', '[9223372036854775807]'],
    ['[null]', '[null]'],
    ['"\\u0041"', '"A"'],
    ['-0', '0'],
  ])('treats %s and %s as equal', (one, other) => {
    expect(canonical(parseJson(one))).toBe(canonical(parseJson(other)));
  });

  it.each([
    ['[9007199254740992]', '[9007199254740993]'],
    ['[1e400]', '[1e401]'],
    ['{"__proto__":1}', '{}'],
    ['{"a":"1"}', '{"a":1}'],
    ['[1,2]', '[2,1]'],
  ])('treats %s and %s as different', (one, other) => {
    expect(canonical(parseJson(one))).not.toBe(canonical(parseJson(other)));
  });
});

describe('the canonical text', () => {
  it.each<[unknown, string]>([
    [{ b: [1, 'x', null, { d: true, c: 2n }], a: 'A', z: null }, '{"a":"A","b":[1,"x",null,{"c":2,"d":true}]}'],
    [{ a: undefined, b: 1 }, '{"b":1}'],
    [{}, '{}'],
    [[], '[]'],
    [undefined, 'null'],
    [null, 'null'],
    [{ 'a"b': '"' }, '{"a\\"b":"\\""}'],
    [{ b: 1, B: 2, 10: 3, 9: 4 }, '{"10":3,"9":4,"B":2,"b":1}'],
    [parseJson('[1e400]'), '[#1e400]'],
    [[1e21, -0, 1.5, false], '[1e+21,0,1.5,false]'],
  ])('of value %# is the same whoever wrote it', (value, text) => {
    expect(canonical(value)).toBe(text);
    expect(canonical(value)).toBe(text);
  });

  it('is correct for more names than the cache holds, and for long ones', () => {
    const names = Array.from({ length: 1200 }, (_, index) => `"${index}`);
    for (const name of [...names, 'x'.repeat(65)])
      for (const times of [1, 2]) expect(canonical({ [name]: times })).toBe(`{${JSON.stringify(name)}:${times}}`);
  });

  it('distinguishes a number that no type holds from a text with the same characters', () => {
    expect(canonical(parseJson('{"a":1e400}'))).not.toBe(canonical({ a: '#1e400' }));
  });
});

describe('sha256', () => {
  it.each([
    ['a text', 'ä'],
    ['bytes', Uint8Array.of(0, 255)],
  ])('of %s is its hex digest', (_what, content) => {
    expect(sha256(content)).toBe(createHash('sha256').update(content).digest('hex'));
  });
});

describe('fingerprint', () => {
  const content = { type: 't', data: { a: 1 } };
  const macOf = (text: string, fill: number) => createHmac('sha256', Buffer.alloc(32, fill)).update(text).digest('hex');

  it('is the HMAC of type, sequence and data, under the key in use', () => {
    expect(fingerprint(FIRST_KEYS, content)).toEqual({ keyId: 'k1', mac: macOf('["t","",{"a":1}]', 1) });
    expect(fingerprint(ROTATED_KEYS, { ...content, sequence: '7' })).toEqual({
      keyId: 'k2',
      mac: macOf('["t","7",{"a":1}]', 2),
    });
    expect(fingerprint(FIRST_KEYS, { ...content, envelope: ['t', 5] })?.mac).toBe(macOf('["t","",{"a":1},["t",5]]', 1));
  });

  it('differs by type, sequence, data and key', () => {
    const prints = [
      fingerprint(FIRST_KEYS, content),
      fingerprint(FIRST_KEYS, { ...content, type: 'u' }),
      fingerprint(FIRST_KEYS, { ...content, sequence: '1' }),
      fingerprint(FIRST_KEYS, { ...content, data: { a: 2 } }),
      fingerprint(ROTATED_KEYS, content),
    ];
    expect(new Set(prints.map((one) => one?.mac)).size).toBe(prints.length);
  });

  it('can be made under an older key that is still kept, and under no other', () => {
    expect(fingerprint(ROTATED_KEYS, content, 'k1')).toEqual(fingerprint(FIRST_KEYS, content));
    expect(fingerprint(FIRST_KEYS, content, 'k2')).toBeUndefined();
    expect(fingerprint(FIRST_KEYS, content, 'constructor')).toBeUndefined();
  });

  it('requires keys of at least 32 bytes, and the current one among them', () => {
    expect(FingerprintKeys.safeParse(FIRST_KEYS).success).toBe(true);
    expect(FingerprintKeys.safeParse({ ...FIRST_KEYS, current: 'k9' }).success).toBe(false);
    expect(FingerprintKeys.safeParse({ current: 'k1', keys: { k1: 'c2hvcnQ=' } }).success).toBe(false);
    const key = FIRST_KEYS.keys.k1 ?? '';
    const takes = (keys: object) => FingerprintKeys.safeParse(keys).success;
    expect(takes({ current: 'k'.repeat(32), keys: { ['k'.repeat(32)]: key } })).toBe(true);
    expect(takes({ current: 'k'.repeat(33), keys: { ['k'.repeat(33)]: key } })).toBe(false);
    expect(takes({ current: 'k', keys: { k: Buffer.alloc(64).toString('base64') } })).toBe(true);
    expect(takes({ current: 'k', keys: { k: key.slice(1) } })).toBe(false);
    expect(takes({ current: '', keys: { '': key } })).toBe(false);
    expect(takes({ ...FIRST_KEYS, old: 'k0' })).toBe(false);
    expect(takes({ current: 'toString', keys: { k1: key } })).toBe(false);
  });

  it('says what is wrong if the current key is missing', () => {
    expect(FingerprintKeys.safeParse({ ...FIRST_KEYS, current: 'k9' }).error?.issues).toEqual([
      expect.objectContaining({ message: 'current must name one of keys' }),
    ]);
  });
});
