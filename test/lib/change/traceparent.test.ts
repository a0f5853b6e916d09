import { describe, expect, it } from 'vitest';
import { readTraceparent } from '../../../src/lib/change/traceparent.ts';

const TRACE = 'a'.repeat(32);
const PARENT = 'b'.repeat(16);

describe('a traceparent', () => {
  it.each(['00', '01', 'ff', '03'])('with the flags %s is accepted as it is', (flags) => {
    const value = `00-${TRACE}-${PARENT}-${flags}`;
    expect(readTraceparent(value)).toBe(value);
  });

  it.each([
    ['with no more fields', `01-${TRACE}-${PARENT}-01`, `00-${TRACE}-${PARENT}-01`],
    ['with more fields', `cc-${TRACE}-${PARENT}-00-what-comes-later`, `00-${TRACE}-${PARENT}-00`],
    ['with flags that the first version does not know', `fe-${TRACE}-${PARENT}-ff`, `00-${TRACE}-${PARENT}-01`],
  ])('of a later version %s is accepted as the first version defines it', (_what, value, expected) => {
    expect(readTraceparent(value)).toBe(expected);
  });

  it.each([
    ['empty', ''],
    ['free text', 'my-custom-traceparent'],
    ['a trace of zeros', `00-${'0'.repeat(32)}-${PARENT}-01`],
    ['a parent of zeros', `00-${TRACE}-${'0'.repeat(16)}-01`],
    ['the version that is forbidden', `ff-${TRACE}-${PARENT}-01`],
    ['the first version with more fields', `00-${TRACE}-${PARENT}-01-x`],
    ['a later version that goes on without a dash', `01-${TRACE}-${PARENT}-01x`],
    ['capitals', `00-${TRACE.toUpperCase()}-${PARENT}-01`],
    ['something before it', `x00-${TRACE}-${PARENT}-01`],
    ['a short version', `0-${TRACE}-${PARENT}-01`],
    ['a short trace', `00-${TRACE.slice(1)}-${PARENT}-01`],
    ['a short parent', `00-${TRACE}-${PARENT.slice(1)}-01`],
    ['short flags', `00-${TRACE}-${PARENT}-1`],
    ['letters that are no hex', `00-${'g'.repeat(32)}-${PARENT}-01`],
    ['a number', 5],
    ['an object', {}],
  ])('is undefined for %s', (_what, value) => {
    expect(readTraceparent(value)).toBeUndefined();
  });
});
