import { describe, expect, it } from 'vitest';
import { flag, list, members } from '../../../src/lib/operations/fields.ts';
import { omit, omittedFields } from '../../../src/lib/operations/omitted-fields.ts';

describe('what only another revision knows', () => {
  const own = members({ a: flag, deep: members({ b: flag }), rows: list(members({ c: flag }), 9), plain: flag });
  const other = members({
    ...{ a: flag, old: flag, plain: members({ withTimeout: flag }) },
    deep: members({ b: flag, gone: flag }),
    rows: list(members({ c: flag, left: flag }), 9),
  });
  const omitFrom = (value: unknown) => {
    const omitted: string[] = [];
    return { left: omit(value, omittedFields(own, other), 'data', omitted), omitted };
  };

  it('is left out at every depth, and named', () => {
    expect(
      omitFrom({ old: 1, a: true, deep: { gone: 2, b: true }, rows: [{ c: true }, { left: 3, c: false }] }),
    ).toEqual({
      left: { a: true, deep: { b: true }, rows: [{ c: true }, { c: false }] },
      omitted: ['data.old', 'data.deep.gone', 'data.rows.1.left'],
    });
  });

  it('is looked for without a copy of what has none', () => {
    const clean = { a: true, deep: { b: true }, rows: [{ c: true }] };
    expect(omitFrom(clean).left).toBe(clean);
    const mixed = { rows: [{ left: 3 }], deep: clean.deep };
    omitFrom(mixed);
    expect(mixed).toEqual({ rows: [{ left: 3 }], deep: { b: true } });
  });

  it('is nothing where both are of different kinds, or equal', () => {
    expect(omitFrom({ plain: { withTimeout: 1 } })).toEqual({ left: { plain: { withTimeout: 1 } }, omitted: [] });
    expect(omittedFields(own, own)).toBeUndefined();
    expect(omittedFields(flag, other)).toBeUndefined();
    expect(omittedFields(own, flag)).toBeUndefined();
    expect(omittedFields(list(flag, 1), list(flag, 2))).toBeUndefined();
    expect(omittedFields(undefined, other)).toBeUndefined();
    expect(omit({ old: 1 }, undefined, 'data', [])).toEqual({ old: 1 });
  });

  it('is found in one element of a list alone', () => {
    expect(omitFrom({ rows: [{ c: true }, { left: 3 }, 5] })).toEqual({
      left: { rows: [{ c: true }, {}, 5] },
      omitted: ['data.rows.1.left'],
    });
  });

  it('is left out beside what is of another kind than it should be', () => {
    expect(omitFrom({ old: 1, deep: 'text', rows: { left: 1 } })).toEqual({
      left: { deep: 'text', rows: { left: 1 } },
      omitted: ['data.old'],
    });
    expect(omitFrom({ old: 1, deep: [{ gone: 1 }], rows: null })).toEqual({
      left: { deep: [{ gone: 1 }], rows: null },
      omitted: ['data.old'],
    });
  });

  it('is looked for in a list only where a list came, and in an object only where one came', () => {
    expect(omitFrom({ rows: { left: 1 }, deep: [{ gone: 1 }] })).toEqual({
      left: { rows: { left: 1 }, deep: [{ gone: 1 }] },
      omitted: [],
    });
    expect(omitFrom('text')).toEqual({ left: 'text', omitted: [] });
    expect(omitFrom([{ old: 1 }])).toEqual({ left: [{ old: 1 }], omitted: [] });
  });

  it('is no name that every object has', () => {
    const named = members({ a: flag });
    expect(omittedFields(members({ toString: flag, a: flag }), named)).toBeUndefined();
    expect(omitFrom(JSON.parse('{"__proto__":{"old":1}}')).left).toEqual(JSON.parse('{"__proto__":{"old":1}}'));
    const beside = omitFrom(JSON.parse('{"__proto__":{"old":1},"old":1}'));
    expect(JSON.stringify(beside.left)).toBe('{"__proto__":{"old":1}}');
  });
});
