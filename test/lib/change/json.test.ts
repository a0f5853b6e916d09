import { readdirSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { InexactNumber, isObject, type Json, parseJson, writeJson } from '../../../src/lib/change/json.ts';

describe('parseJson', () => {
  it.each([
    ['9223372036854775807', 9223372036854775807n],
    ['-9223372036854775808', -9223372036854775808n],
    ['9007199254740991', 9007199254740991],
    ['9007199254740993', 9007199254740993n],
    ['1e3', 1000],
    ['1.0', 1],
    ['-0', -0],
    ['0.1', 0.1],
    ['1.50', 1.5],
    ['1E-7', 1e-7],
    ['12345678901234567.0', new InexactNumber('12345678901234567.0')],
    ['1e400', new InexactNumber('1e400')],
    ['0.1000000000000000055511151231257827', new InexactNumber('0.1000000000000000055511151231257827')],
    ['9.007199254740993', 9.007199254740993],
    ['9.0071992547409931', new InexactNumber('9.0071992547409931')],
    ['1'.repeat(41), new InexactNumber('1'.repeat(41))],
    ['9007199254740993.5', new InexactNumber('9007199254740993.5')],
  ])('reads %s without changing it', (text, value) => {
    expect(parseJson(text)).toEqual(value);
    expect(parseJson(`{"a":[${text}]}`)).toEqual({ a: [value] });
  });

  it('leaves digits in strings alone', () => {
    expect(parseJson('{"a":"9223372036854775807"}')).toEqual({ a: '9223372036854775807' });
  });

  it('gives every int64 back digit for digit', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }), (integer) => {
        expect(writeJson(parseJson(`[${integer}]`) as Json)).toBe(`[${integer}]`);
      }),
    );
  });

  it('gives every double back as the same double', () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (double) => {
        const read = parseJson(JSON.stringify(double));
        expect(typeof read === 'bigint' ? Number(read) : read).toBe(double === 0 ? 0 : double);
      }),
    );
  });

  it('gives any JSON back as JSON.parse does', () => {
    fc.assert(
      fc.property(fc.json(), (text) => {
        expect(writeJson(parseJson(text) as Json)).toBe(JSON.stringify(JSON.parse(text)));
      }),
    );
  });

  it('gives a number that nothing holds back as it came', () => {
    expect(writeJson(parseJson('{"a":[1e400]}') as Json)).toBe('{"a":[1e400]}');
  });

  it('takes a member named __proto__ as a member', () => {
    const value = parseJson('{"__proto__":{"polluted":9223372036854775807}}');
    expect(Object.keys(value as object)).toEqual(['__proto__']);
    expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
  });
});

describe('isObject', () => {
  it.each([
    [{}, true],
    [[], false],
    [null, false],
    [1n, false],
    [new InexactNumber('1e400'), false],
    ['{}', false],
  ])('says of %o: %s', (value, answer) => {
    expect(isObject(value)).toBe(answer);
  });
});

describe('the samples', () => {
  it('come back unchanged from reading and writing', () => {
    for (const file of readdirSync('events').filter((name) => name.endsWith('.json'))) {
      const text = readFileSync(`events/${file}`, 'utf8');
      expect(JSON.parse(writeJson(parseJson(text) as Json))).toEqual(JSON.parse(text));
    }
  });
});
