import { readdirSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { InexactNumber, isObject, type Json, parseJson, writeJson } from '../../../src/lib/json/exact-json.ts';

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
    ['9007199254740992', 9007199254740992n],
    ['-9007199254740991', -9007199254740991],
    ['-9007199254740992', -9007199254740992n],
    ['1'.repeat(40), BigInt('1'.repeat(40))],
    [`-${'1'.repeat(39)}`, -BigInt('1'.repeat(39))],
    [`-${'1'.repeat(40)}`, new InexactNumber(`-${'1'.repeat(40)}`)],
    ['-1.5e0', -1.5],
    ['-12345678901234567.5', new InexactNumber('-12345678901234567.5')],
    ['1.00000000000000000', 1],
    ['100.00000000000000', 100],
    ['0.00000000000000000', 0],
    ['0e5', 0],
    ['-0.0e0', -0],
    ['0.00100000000000000000', 0.001],
    ['0.000000000000000000001', 1e-21],
    ['1000000000000000000000.0', 1e21],
    ['1.5e+3', 1500],
    ['1.5E3', 1500],
    ['15e-1', 1.5],
    ['0.15e1', 1.5],
    ['1e22', 1e22],
    ['1e23', 1e23],
    ['10e22', 1e23],
    ['12e10', 12e10],
    ['5e-324', 5e-324],
    ['3e-324', new InexactNumber('3e-324')],
    ['1e-400', new InexactNumber('1e-400')],
    ['-1e400', new InexactNumber('-1e400')],
    ['123456789012345678e-3', new InexactNumber('123456789012345678e-3')],
    ['1.7976931348623157e308', Number.MAX_VALUE],
    ['1.7976931348623158e308', new InexactNumber('1.7976931348623158e308')],
  ])('reads %s without changing it', (text, value) => {
    expect(parseJson(text)).toEqual(value);
    expect(parseJson(`{"a":[${text}]}`)).toEqual({ a: [value] });
  });

  it.each(['9007199254740993', '1e400', '-0.0'])('can be told in advance that no number needs a check: %s', (text) => {
    expect(parseJson(text, { depth: 0, mayBeInexact: false })).toBe(JSON.parse(text));
  });

  it('keeps other text beside a long number as it is', () => {
    expect(parseJson('{"a":[true,null,"1e400",{"b":9007199254740993}]}')).toEqual({
      a: [true, null, '1e400', { b: 9007199254740993n }],
    });
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

  it('keeps a number that no type holds as it was written', () => {
    expect(writeJson(parseJson('{"a":[1e400]}') as Json)).toBe('{"a":[1e400]}');
  });

  it('reads a member named __proto__ as a member', () => {
    const value = parseJson('{"__proto__":{"polluted":9223372036854775807}}');
    expect(Object.keys(value as object)).toEqual(['__proto__']);
    expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
  });
});

describe('writeJson', () => {
  it('writes several lines where an indent is given', () => {
    expect(writeJson({ a: [1n], b: undefined, c: null }, 2)).toBe('{\n  "a": [\n    1\n  ],\n  "c": null\n}');
    expect(writeJson({ a: [1n], b: undefined })).toBe('{"a":[1]}');
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
