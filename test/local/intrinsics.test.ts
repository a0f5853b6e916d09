import { describe, expect, it } from 'vitest';
import { type Names, resolve } from '../../local/intrinsics.ts';

/** A placeholder of Fn::Sub, written so that it does not look like a template literal. */
const sub = (name: string) => `$${`{${name}}`}`;
const names: Names = { ref: (id) => `ref of ${id}`, attribute: (id, name) => `${name} of ${id}` };

describe('resolve', () => {
  it.each([
    ['Ref', { Ref: 'Queue' }, 'ref of Queue'],
    ['Fn::GetAtt', { 'Fn::GetAtt': ['Queue', 'Arn'] }, 'Arn of Queue'],
    ['Fn::Join', { 'Fn::Join': ['/', ['integrations', { Ref: 'One' }]] }, 'integrations/ref of One'],
    ['Fn::Sub with a name', { 'Fn::Sub': `arn:${sub('AWS::Region')}:x` }, 'arn:ref of AWS::Region:x'],
    ['Fn::Sub with an attribute', { 'Fn::Sub': `${sub('Queue.Arn')}/*` }, 'Arn of Queue/*'],
    [
      'Fn::Sub with a value of its own',
      { 'Fn::Sub': [`${sub('A')}-${sub('B')}`, { A: 'a', B: { Ref: 'B' } }] },
      'a-ref of B',
    ],
    ['Fn::Sub with a literal', { 'Fn::Sub': sub('!Literal') }, sub('Literal')],
  ])('replaces %s', (_name, value, expected) => {
    expect(resolve(value, names)).toBe(expected);
  });

  it('replaces functions inside objects and lists, and leaves everything else as it is', () => {
    const value = { a: [{ Ref: 'Queue' }, 1], b: { c: true, d: null }, e: {} };
    expect(resolve(value, names)).toEqual({ a: ['ref of Queue', 1], b: { c: true, d: null }, e: {} });
  });

  it('does not take an object with more members as a function', () => {
    expect(resolve({ Ref: 'Queue', other: 1 }, names)).toEqual({ Ref: 'Queue', other: 1 });
  });

  it.each([{ 'Fn::If': ['A', 1, 2] }, { 'Fn::ImportValue': 'x' }])('refuses an unknown function', (value) => {
    expect(() => resolve(value, names)).toThrow(/does not know the function Fn::/);
  });
});
