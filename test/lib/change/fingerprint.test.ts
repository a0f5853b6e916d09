import { describe, expect, it } from 'vitest';
import { canonical, FingerprintKeys, fingerprint } from '../../../src/lib/change/fingerprint.ts';
import { parseJson } from '../../../src/lib/change/json.ts';
import { FIRST_KEYS, ROTATED_KEYS } from '../../support/relay-under-test.ts';

describe('canonical', () => {
  it.each([
    ['{"b":1,"a":2}', '{"a":2,"b":1}'],
    ['{"a":1.0,"b":null}', '{"a":1}'],
    ['[9223372036854775807]', '[9223372036854775807]'],
    ['[null]', '[null]'],
    ['"\\u0041"', '"A"'],
    ['-0', '0'],
  ])('takes %s and %s for the same', (one, other) => {
    expect(canonical(parseJson(one))).toBe(canonical(parseJson(other)));
  });

  it.each([
    ['[9007199254740992]', '[9007199254740993]'],
    ['[1e400]', '[1e401]'],
    ['{"__proto__":1}', '{}'],
    ['{"a":"1"}', '{"a":1}'],
    ['[1,2]', '[2,1]'],
  ])('takes %s and %s for different', (one, other) => {
    expect(canonical(parseJson(one))).not.toBe(canonical(parseJson(other)));
  });
});

describe('fingerprint', () => {
  const content = { type: 't', data: { a: 1 } };
  it('differs by type, sequence, data and key', () => {
    const prints = [
      fingerprint(FIRST_KEYS, content),
      fingerprint(FIRST_KEYS, { ...content, type: 'u' }),
      fingerprint(FIRST_KEYS, { ...content, sequence: '1' }),
      fingerprint(FIRST_KEYS, { ...content, data: { a: 2 } }),
      fingerprint(ROTATED_KEYS, content),
    ];
    expect(new Set(prints.map((print) => print?.mac)).size).toBe(prints.length);
  });

  it('can be made under an older key that is still kept, and under no other', () => {
    expect(fingerprint(ROTATED_KEYS, content, 'k1')).toEqual(fingerprint(FIRST_KEYS, content));
    expect(fingerprint(FIRST_KEYS, content, 'k2')).toBeUndefined();
    expect(fingerprint(FIRST_KEYS, content, 'constructor')).toBeUndefined();
  });

  it('wants keys of at least 32 bytes, and the current one among them', () => {
    expect(FingerprintKeys.safeParse(FIRST_KEYS).success).toBe(true);
    expect(FingerprintKeys.safeParse({ ...FIRST_KEYS, current: 'k9' }).success).toBe(false);
    expect(FingerprintKeys.safeParse({ current: 'k1', keys: { k1: 'c2hvcnQ=' } }).success).toBe(false);
  });
});
