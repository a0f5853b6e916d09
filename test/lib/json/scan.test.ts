import { describe, expect, it } from 'vitest';
import { scan } from '../../../src/lib/json/scan.ts';

describe('a scan', () => {
  it.each<[string, number]>([
    ['', 0],
    ['1', 0],
    ['"text"', 0],
    ['{}', 1],
    ['[[],[[]]]', 3],
    ['{"a":{"b":[1]}}', 3],
    ['"[[[["', 0],
    ['["]", [1]]', 2],
    [String.raw`["\"[[[[", [1]]`, 2],
    [String.raw`["\\", [[1]]]`, 3],
    [String.raw`["\\\"[[", 1]`, 1],
    ['["unended [[[[', 1],
    [']]]][[', 0],
    ['[1,{"a":2},[3]]', 2],
    ['[]]]]{{', 1],
    ['{]}[', 1],
    ['"', 0],
    ['"[', 0],
    [String.raw`"\\"[`, 1],
    ['["\\', 1],
    ['[1[', 2],
    ['[12345[', 2],
    ['[1"[', 1],
    ['[a|b~c@[', 2],
  ])('of %s finds the depth %i', (text, depth) => {
    expect(scan(text).depth).toBe(depth);
  });

  it.each<[string, boolean]>([
    ['123456789012345', false],
    ['-123456789012345', false],
    ['1234567890123456', true],
    ['9223372036854775807', true],
    ['0.12345678901234', true],
    ['1.5', false],
    ['1e3', true],
    ['[1,2E-3]', true],
    ['"9223372036854775807"', false],
    ['{"1e5":"2e7"}', false],
    [String.raw`["\"", 9223372036854775807]`, true],
    ['true', false],
    ['1.2345678901234', false],
    ['1.23456789012345', true],
    ['1E5', true],
    ['1x5', false],
    ['e5', false],
    ['1,2e5', true],
    ['1d5', false],
    ['1f5', false],
    ['[1,1234567890123456]', true],
    ['1234567890123456,1', true],
    ['999999999999999', false],
    ['/123456789012345:', false],
    ['12345678.90123456', true],
    ['1234567890/123456', false],
    ['1234567890:123456', false],
    ['[1,2,3]', false],
  ])('of %s says that a number may lose digits: %s', (text, mayBeInexact) => {
    expect(scan(text).mayBeInexact).toBe(mayBeInexact);
  });
});
