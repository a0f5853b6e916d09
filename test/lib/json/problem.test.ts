import { describe, expect, it, vi } from 'vitest';
import * as z from 'zod';
import { IN_WORDS, problemsOf } from '../../../src/lib/json/problem.ts';

const SCHEMA = z.strictObject({
  list: z.array(z.strictObject({ a: z.string({ error: 'must be text' }) })).optional(),
  word: z.enum(['x'], { error: 'must be x' }).optional(),
});
const problems = (value: unknown, prefix?: string[]) => {
  const { error } = SCHEMA.safeParse(value, IN_WORDS);
  return error ? problemsOf(error, prefix) : [];
};

describe('a problem', () => {
  it('names the place and what must be different', () => {
    expect(problems({ word: 'CANARY', list: [{ a: '' }, { a: 5 }] }, ['data'])).toEqual([
      { path: 'data.list.1.a', message: 'must be text' },
      { path: 'data.word', message: 'must be x' },
    ]);
  });

  it('has our words for schemas that have none, and says what is missing', () => {
    const Plain = z.looseObject({ a: z.string(), b: z.array(z.int()), c: z.literal('x', { error: 'must be x' }) });
    const problemsIn = (value: unknown) => problemsOf(Plain.safeParse(value, IN_WORDS).error ?? new z.ZodError([]));
    expect(problemsIn({ b: [1.5, 'x'], c: 'y' })).toEqual([
      { path: 'a', message: 'is missing' },
      { path: 'b.0', message: 'must be a whole number' },
      { path: 'b.1', message: 'must be a number' },
      { path: 'c', message: 'must be x' },
    ]);
    expect(problemsIn([])).toEqual([{ path: '', message: 'must be an object' }]);
    expect(problemsIn({ a: 1, b: {}, c: undefined })).toEqual([
      { path: 'a', message: 'must be text' },
      { path: 'b', message: 'must be a list' },
      { path: 'c', message: 'is missing' },
    ]);
  });

  it('has our words where a limit or a format has none of its own', () => {
    const Limits = z.strictObject({
      ...{ number: z.number().min(1), text: z.string().max(2), list: z.array(z.unknown()).min(1) },
      ...{ key: z.base64(), word: z.enum(['x']) },
    });
    const { error } = Limits.safeParse({ number: 0, text: 'abc', list: [], key: '!', word: 'y' }, IN_WORDS);
    expect(problemsOf(error ?? new z.ZodError([])).map(({ path, message }) => `${path} ${message}`)).toEqual([
      'number must be at least 1',
      'text must be at most 2 characters long',
      'list must be at least 1 in number',
      'key must be in the format base64',
      'word must be another value',
    ]);
  });

  it('of the whole has the path of the whole', () => {
    expect(problems('CANARY').map(({ path }) => path)).toEqual(['']);
    expect(problems('CANARY', ['data']).map(({ path }) => path)).toEqual(['data']);
  });

  it('names an unknown field where it stands', () => {
    expect(problems({ list: [{ a: '', colour: 1, size: 2 }] })).toEqual([
      { path: 'list.0.colour', message: 'unknown field' },
      { path: 'list.0.size', message: 'unknown field' },
    ]);
  });

  it.each(['', 'a b', 'a.b', 'ä', 'x\n', '<b>', 'a'.repeat(65), '😀', 'pass:word'])(
    'does not repeat the name %j, which cannot be a field',
    (name) => {
      expect(problems({ [name]: 1 })).toEqual([{ path: '(an unknown name)', message: 'unknown field' }]);
    },
  );

  it.each(['a', '_', 'A1_b', 'a'.repeat(64)])('repeats the name %s, which could be a field', (name) => {
    expect(problems({ [name]: 1 })).toEqual([{ path: name, message: 'unknown field' }]);
  });

  it('is reported for each fault, up to twenty', () => {
    const names = (max: number) => Object.fromEntries(Array.from({ length: max }, (_none, at) => [`n${at}`, 1]));
    expect(problems(names(20)).map(({ path }) => path)).toEqual(Object.keys(names(20)));
    expect(problems(names(21)).map(({ path }) => path)).toEqual(Object.keys(names(20)));
    expect(problems({ list: Array(19).fill({}), ...names(3) })).toHaveLength(20);
  });

  it('is reported at most twenty times, however many faults there are', () => {
    const names = Object.fromEntries(Array.from({ length: 1000 }, (_none, index) => [`n${index}`, 1]));
    expect(problems(names)).toHaveLength(20);
    expect(problems({ list: Array(1000).fill({}) })).toHaveLength(20);
    expect(problems({ list: Array(1000).fill({ a: '', ...names }) })).toHaveLength(20);
  });

  it('has a short path, however deep it is', () => {
    const deep = z.strictObject({
      ['a'.repeat(64)]: z.strictObject({
        ['b'.repeat(64)]: z.strictObject({ ['c'.repeat(64)]: z.strictObject({ ['d'.repeat(64)]: z.string() }) }),
      }),
    });
    const value = { ['a'.repeat(64)]: { ['b'.repeat(64)]: { ['c'.repeat(64)]: { ['d'.repeat(64)]: 1 } } } };
    const { error } = deep.safeParse(value);
    expect(error && problemsOf(error)[0]?.path).toHaveLength(200);
  });

  it('stays the same after so many checks that zod generates code', async () => {
    vi.resetModules();
    const again = await import('../../../src/lib/json/problem.ts');
    const Schema = z.strictObject({ list: z.array(z.strictObject({ a: z.string() })).optional() });
    const check = (value: unknown) => {
      const { error, data } = Schema.safeParse(value, again.IN_WORDS);
      return error ? again.problemsOf(error) : data;
    };
    const values = [{ list: [{ a: 'x' }] }, {}, { list: [{ a: 5 }, {}, { a: 'x', b: 1 }], c: 1 }, []];
    expect(again.IN_WORDS.jitless).toBe(true);
    const early = values.map(check);
    for (let times = 0; times < 1000; times++) check({});
    expect(again.IN_WORDS.jitless).toBe(false);
    expect(values.map(check)).toEqual(early);
    expect(early[2]).toContainEqual({ path: 'list.1.a', message: 'is missing' });
  });
});
