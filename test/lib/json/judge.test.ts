import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { judge } from '../../../src/lib/json/judge.ts';
import { IN_WORDS, MOST_PROBLEMS, problemsOf } from '../../../src/lib/json/problem.ts';

const Volume = z.strictObject({ size: z.int().min(0), tags: z.array(z.string()).max(100).optional() });
const Server = z.strictObject({
  name: z.string(),
  volumes: z.array(Volume).max(1000, { error: 'must have at most 1000 elements' }).optional(),
  inner: z.strictObject({ volumes: z.array(Volume).max(1000) }).optional(),
});
const good = { size: 1 };
const bad = { size: -1 };
const times = <Value>(count: number, value: Value): Value[] => Array(count).fill(value);
const names = (count: number) => Object.fromEntries(Array.from({ length: count }, (_, index) => [`x${index}`, 1]));

/** What a sender is told by the judgement, and by zod of the whole value. */
function told(value: unknown, schema: z.ZodType = Server) {
  const [ours, zods] = [judge(schema, value), schema.safeParse(value, IN_WORDS)];
  if (ours.success || zods.success) throw new Error('it was taken');
  return [problemsOf(ours.error), problemsOf(zods.error)];
}

describe('the problems of a value that is refused are those of the whole', () => {
  it.each<[string, unknown]>([
    ['no object', 1],
    ['one fault', { name: 1 }],
    ['one fewer than are told', { name: 'a', volumes: [...times(300, good), ...times(19, bad), good] }],
    ['as many as are told', { name: 'a', volumes: [...times(300, good), ...times(20, bad), ...times(300, good)] }],
    ['hundreds', { name: 'a', volumes: times(900, bad) }],
    ['hundreds between good ones', { name: 'a', volumes: times(400, [good, bad]).flat() }],
    ['the last one', { name: 'a', volumes: [...times(999, good), bad] }],
    ['a few behind another', { name: 1, volumes: [...times(300, good), bad, bad] }],
    ['hundreds behind another', { name: 1, volumes: times(900, bad) }],
    ['too many that are good', { name: 'a', volumes: times(1001, good) }],
    ['too many that are bad', { name: 'a', volumes: times(1001, bad) }],
    ['lists in lists', { name: 'a', volumes: times(900, { size: -1, tags: times(90, 1) }) }],
    ['a list in a list', { name: 'a', volumes: [{ size: 1, tags: times(90, 1) }] }],
    ['a list in an object', { name: 'a', inner: { volumes: times(900, bad) } }],
    ['no list', { name: 'a', volumes: { length: 5 } }],
    ['a list for an object', { name: 'a', inner: times(900, bad) }],
    ['hundreds of names', { ...names(900), name: 'a' }],
    ['names as many as are told', { name: 'a', ...names(20) }],
    ['names beside faults', { name: 1, ...names(900), volumes: times(900, bad) }],
    ['a name of a prototype', JSON.parse('{"name":"a","__proto__":{},"constructor":1,"toString":1}')],
    ['nothing', undefined],
  ])('%s', (_what, value) => {
    const [ours, zods] = told(value);
    expect(ours).toEqual(zods);
    expect(ours).not.toHaveLength(0);
  });

  it('also where members are missing or further ones allowed', () => {
    const Loose = z.looseObject({ list: z.array(z.string()) });
    for (const value of [names(900), { ...names(900), list: times(900, 1) }]) {
      const [ours, zods] = told(value, Loose);
      expect(ours).toEqual(zods);
    }
  });
});

describe('what is looked at', () => {
  /** A list whose elements count how often zod reads them: the fast way comes first, at most twice. */
  function looksAt(element: z.ZodType, count: number, schemaOf = (list: z.ZodType) => list) {
    let looks = 0;
    const counted = element.refine(() => {
      looks++;
      return false;
    });
    judge(schemaOf(z.array(counted).max(1000)), times(count, 'x'));
    return looks;
  }

  it('of a list ends with the faults that are told', () => {
    expect(looksAt(z.string(), 1000)).toBeLessThan(4 * MOST_PROBLEMS);
    expect(looksAt(z.string(), 1000, (list) => list.optional())).toBeLessThan(4 * MOST_PROBLEMS);
  });

  it('of names that are not known ends with those that are told', () => {
    const judged = judge(z.strictObject({}), names(900));
    expect(judged.error?.issues).toMatchObject([
      { code: 'unrecognized_keys', keys: Object.keys(names(MOST_PROBLEMS)) },
    ]);
  });
});

it('what zod takes although the fast way does not is taken whole', () => {
  class Point {
    x = 1;
  }
  const points = Array.from({ length: 50 }, () => new Point());
  expect(judge(z.array(z.strictObject({ x: z.int() })), points)).toEqual({ success: true, data: times(50, { x: 1 }) });
});
