import { describe, expect, it } from 'vitest';
import { flag, list, members } from '../../../src/lib/operations/fields.ts';
import { leaveOut, omittableIn } from '../../../src/lib/operations/foreign.ts';

describe('what only another revision knows', () => {
  const own = members({ a: flag, deep: members({ b: flag }), rows: list(members({ c: flag }), 9), plain: flag });
  const other = members({
    ...{ a: flag, old: flag, plain: members({ withTimeout: flag }) },
    deep: members({ b: flag, gone: flag }),
    rows: list(members({ c: flag, left: flag }), 9),
  });
  const left = (value: unknown) => {
    const ignored: string[] = [];
    return { left: leaveOut(value, omittableIn(own, other), 'data', ignored), ignored };
  };

  it('is left out at every depth, and named', () => {
    expect(left({ old: 1, a: true, deep: { gone: 2, b: true }, rows: [{ c: true }, { left: 3, c: false }] })).toEqual({
      left: { a: true, deep: { b: true }, rows: [{ c: true }, { c: false }] },
      ignored: ['data.old', 'data.deep.gone', 'data.rows.1.left'],
    });
  });

  it('is looked for without a copy of what has none', () => {
    const clean = { a: true, deep: { b: true }, rows: [{ c: true }] };
    expect(left(clean).left).toBe(clean);
    const mixed = { rows: [{ left: 3 }], deep: clean.deep };
    left(mixed);
    expect(mixed).toEqual({ rows: [{ left: 3 }], deep: { b: true } });
  });

  it('is nothing where both are of different kinds, or equal', () => {
    expect(left({ plain: { withTimeout: 1 } })).toEqual({ left: { plain: { withTimeout: 1 } }, ignored: [] });
    expect(omittableIn(own, own)).toBeUndefined();
    expect(omittableIn(flag, other)).toBeUndefined();
    expect(omittableIn(own, flag)).toBeUndefined();
    expect(omittableIn(list(flag, 1), list(flag, 2))).toBeUndefined();
    expect(omittableIn(undefined, other)).toBeUndefined();
    expect(leaveOut({ old: 1 }, undefined, 'data', [])).toEqual({ old: 1 });
  });

  it('is found in one element of a list alone', () => {
    expect(left({ rows: [{ c: true }, { left: 3 }, 5] })).toEqual({
      left: { rows: [{ c: true }, {}, 5] },
      ignored: ['data.rows.1.left'],
    });
  });

  it('is left out beside what is of another kind than it should be', () => {
    expect(left({ old: 1, deep: 'text', rows: { left: 1 } })).toEqual({
      left: { deep: 'text', rows: { left: 1 } },
      ignored: ['data.old'],
    });
    expect(left({ old: 1, deep: [{ gone: 1 }], rows: null })).toEqual({
      left: { deep: [{ gone: 1 }], rows: null },
      ignored: ['data.old'],
    });
  });

  it('is looked for in a list only where a list came, and in an object only where one came', () => {
    expect(left({ rows: { left: 1 }, deep: [{ gone: 1 }] })).toEqual({
      left: { rows: { left: 1 }, deep: [{ gone: 1 }] },
      ignored: [],
    });
    expect(left('text')).toEqual({ left: 'text', ignored: [] });
    expect(left([{ old: 1 }])).toEqual({ left: [{ old: 1 }], ignored: [] });
  });

  it('is no name that every object has', () => {
    const named = members({ a: flag });
    expect(omittableIn(members({ toString: flag, a: flag }), named)).toBeUndefined();
    expect(left(JSON.parse('{"__proto__":{"old":1}}')).left).toEqual(JSON.parse('{"__proto__":{"old":1}}'));
    const beside = left(JSON.parse('{"__proto__":{"old":1},"old":1}'));
    expect(JSON.stringify(beside.left)).toBe('{"__proto__":{"old":1}}');
  });
});
