import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { Envelope } from '../../../src/lib/change/envelope.ts';
import { parseJson } from '../../../src/lib/json/exact-json.ts';
import { judge } from '../../../src/lib/json/judge.ts';
import { createMutator, createRandom, writeRaw } from '../../support/mutate.ts';
import { ALL_OPERATIONS } from '../../support/relay-under-test.ts';

type Sample = { type: string; data: object };
const SAMPLES = readdirSync('events')
  .filter((name) => name.endsWith('.json') && name !== 'samples.json')
  .map((name) => parseJson(readFileSync(`events/${name}`, 'utf8')) as Sample);
const samplesOf = (change: string) => SAMPLES.filter(({ type }) => type === change);
const same = (value: unknown) =>
  JSON.stringify(value, (_key, inner) => (typeof inner === 'bigint' ? `${inner}n` : inner));

describe('a judgement', () => {
  it.each(ALL_OPERATIONS)('of $name $revision takes the fast way for what zod accepts', ({ change, input }) => {
    const accepted = samplesOf(change).filter(({ data }) => input.safeParse(data).success);
    expect(accepted.length).toBeGreaterThan(0);
    // zod gives a copy, the fast way what it was given.
    for (const { data } of accepted) expect((judge(input, data) as { data: unknown }).data).toBe(data);
  });

  it.each(ALL_OPERATIONS)('of $name $revision is what zod says, near to what is valid', ({ change, input }) => {
    const samples = samplesOf(change);
    const trees = samples.map(({ data }) => JSON.parse(same(data)) as Record<string, unknown>);
    const values = [
      null,
      true,
      0,
      -1,
      1.5,
      2 ** 53,
      '',
      'x'.repeat(300),
      '😀'.repeat(200),
      '\ud800',
      'auto',
      [],
      {},
      [null],
    ];
    const mutate = createMutator(trees, values, createRandom(7));
    const counts = { accepted: 0, refused: 0 };
    for (let round = 0; round < 4000; round++) {
      const tree = structuredClone(trees[round % trees.length]) as Record<string, unknown>;
      mutate(tree);
      const data = parseJson(writeRaw(tree));
      const [ours, zods] = [judge(input, data), input.safeParse(data)];
      expect(ours.success, same(data)).toBe(zods.success);
      if (ours.success) expect(ours.data).toEqual(zods.data);
      counts[zods.success ? 'accepted' : 'refused']++;
    }
    expect(Math.min(counts.accepted, counts.refused)).toBeGreaterThan(50);
  });

  it.each([
    ...SAMPLES,
    { ...SAMPLES[0], sequence: '1' },
    { ...SAMPLES[0], sequence: 'x' },
    { ...SAMPLES[0], id: '' },
    { ...SAMPLES[0], more: 1 },
    { id: 'a' },
    [],
    null,
    'text',
  ])('of an envelope is what zod says (%#)', (event) => {
    expect(judge(Envelope, event).success).toBe(Envelope.safeParse(event).success);
  });

  it.each<[string, z.ZodType, unknown[]]>([
    ['an object that drops members', z.object({ a: z.string() }), [{ a: 'x', b: 1 }, { a: 'x' }, { a: 1 }]],
    ['a default', z.string().default('x'), [undefined, 'y', 1]],
    ['a transformation', z.string().transform(Number), ['1', 2]],
    ['a format', z.ipv4(), ['192.0.2.1', 'x']],
    ['a least length', z.string().min(2), ['a', 'ab']],
    ['a date', z.date().max(new Date(0)), [new Date(0), new Date(1)]],
    ['another number format', z.int32(), [1, 2 ** 40, 1.5]],
    [
      'a superRefine',
      z.string().superRefine((value, all) => {
        if (value === 'a') all.addIssue('no');
      }),
      ['a', 'b'],
    ],
    ['literals and unions', z.union([z.literal(['a', 1]), z.boolean()]), ['a', 1, true, 2, null]],
    ['open and closed bounds', z.number().gt(1).lt(3), [1, 2, 3]],
  ])('leaves %s to zod, or agrees with it', (_name, schema, values) => {
    for (const value of values) expect(judge(schema, value).success).toBe(schema.safeParse(value).success);
  });

  it('takes no member that nobody judged: what zod drops of a record is dropped', () => {
    const Params = z.strictObject({ param: z.record(z.string(), z.string()) });
    const given = JSON.parse('{"param":{"a":"x","__proto__":1}}');
    expect(JSON.stringify(judge(Params, given).data)).toBe('{"param":{"a":"x"}}');
    expect(judge(Params, { param: { a: 1 } }).success).toBe(false);
  });
});

/** How a value is judged: `fast` takes it without asking zod. Who refuses can't be told: zod finds the faults anyway. */
function wayOf(schema: z.ZodType, value: unknown): 'fast' | 'zod' | 'refused' {
  let asked = false;
  const { run } = schema._zod;
  schema._zod.run = (...all) => {
    asked = true;
    return run(...all);
  };
  const { success } = judge(schema, value);
  schema._zod.run = run;
  if (!success) return 'refused';
  return asked ? 'zod' : 'fast';
}
const OTHERS = [null, 'text', 1, 1n, true, [], {}, Symbol('s'), () => 0];

describe('the fast way', () => {
  class Strange {
    a = 'x';
  }
  const strange = new Strange();
  const PAIR = z.strictObject({ a: z.string(), b: z.number().optional() });

  it.each<[string, z.ZodType, unknown[], unknown[]]>([
    ['a text', z.string(), ['', 'a'], [undefined, null, 1, 1n, true, [], {}]],
    ['a flag', z.boolean(), [true, false], [undefined, null, 0, 'true', [], {}]],
    ['a number', z.number(), [0, -1.5, 1e300], [undefined, null, Number.NaN, Infinity, -Infinity, '1', 1n, []]],
    ['a whole number', z.int(), [0, -7, 2 ** 53 - 1], [1.5, 2 ** 53, Infinity, '1', 1n]],
    ['a number that is whole', z.number().int(), [0, -7, 2 ** 53 - 1], [1.5, 2 ** 53, Infinity, '1', 1n]],
    ['a long integer', z.bigint(), [0n, -(2n ** 63n)], [undefined, 0, '0', null]],
    ['anything', z.unknown(), OTHERS, []],
    ['words', z.enum(['a', 'b']), ['a', 'b'], ['c', '', undefined, 0]],
    ['a numbered word', z.enum({ one: 1, two: 'zwei' }), [1, 'zwei'], ['one', 'two', 2]],
    ['literals', z.literal(['a', 1, null]), ['a', 1, null], ['1', 'b', undefined]],
    ['what may lack', z.string().optional(), ['a', undefined], [null, 1]],
    ['one of two', z.union([z.string(), z.bigint()]), ['a', 1n], [1, null, undefined]],
    ['a list', z.array(z.string()), [[], ['a', 'b']], [['a', 1], 'a', { 0: 'a', length: 1 }, undefined]],
    ['a list of few', z.array(z.string()).max(2), [[], ['a', 'b']], [['a', 'b', 'c']]],
    ['a text of few letters', z.string().max(2), ['', 'ab'], ['abc']],
    ['a text of a form', z.string().regex(/^a+$/), ['a', 'aa'], ['', 'b', 'ab']],
    ['a text that a rule takes', z.string().refine((text) => text !== 'no'), ['', 'yes'], ['no']],
    ['a text that two rules take', z.string().max(2).regex(/a/), ['a', 'ba'], ['b', 'bba', 'abc']],
    ['more than', z.number().gt(1), [1.5, 2], [1, 0]],
    ['at least', z.number().gte(1), [1, 2], [0.5]],
    ['less than', z.number().lt(1), [0.5, 0], [1, 2]],
    ['at most', z.number().lte(1), [1, 0], [1.5]],
    ['long integers between', z.bigint().gte(1n).lt(4n), [1n, 3n], [0n, 4n]],
    [
      'a closed object',
      PAIR,
      [{ a: 'x' }, { a: 'x', b: 1 }, { a: 'x', b: undefined }],
      [{ a: 'x', c: 1 }, {}, { b: 1 }, [], null],
    ],
    ['an open object', z.looseObject({ a: z.string() }), [{ a: 'x' }, { a: 'x', c: 1 }], [{ c: 1 }, { a: 1, c: 1 }]],
    ['a member with an inherited name', z.strictObject({ toString: z.string() }), [{ toString: 'x' }], [{}]],
    [
      'a member that may be anything',
      z.strictObject({ a: z.unknown() }),
      [{ a: null }, { a: undefined }],
      [{}, { b: 1 }],
    ],
    [
      'a member that may be anything or lack',
      z.strictObject({ a: z.unknown().optional() }),
      [{ a: 1 }, {}],
      [{ b: 1 }],
    ],
    ['a member that may be undefined', z.strictObject({ a: z.literal(['x', undefined]) }), [{ a: undefined }], [{}]],
  ])('judges %s', (_what, schema, right, wrong) => {
    expect(right.map((value) => wayOf(schema, value))).toEqual(right.map(() => 'fast'));
    expect(wrong.map((value) => wayOf(schema, value))).toEqual(wrong.map(() => 'refused'));
    for (const value of [...right, ...wrong]) expect(schema.safeParse(value).success).toBe(right.includes(value));
  });

  it.each<[string, z.ZodType, unknown[], unknown[]]>([
    ['an object that drops members', z.object({ a: z.string() }), [{ a: 'x' }, { a: 'x', b: 1 }], [{}]],
    ['an object whose further members have a form', z.object({}).catchall(z.string()), [{}, { b: 'x' }], [{ b: 1 }]],
    ['an object of a class', PAIR, [strange], []],
    ['an object without a prototype', PAIR, [Object.assign(Object.create(null), { a: 'x' })], []],
    ['a default', z.string().default('x'), [undefined, 'y'], [1]],
    ['a transformation', z.string().transform(Number), ['1'], [2]],
    ['what may be null', z.string().nullable(), [null, 'x'], [1]],
    ['a record', z.record(z.string(), z.string()), [{ a: 'x' }], [{ a: 1 }]],
    ['a pair', z.tuple([z.string()]), [['x']], [[1]]],
    ['an address', z.ipv4(), ['192.0.2.1'], ['x']],
    ['an address, as a rule', z.string().check(z.ipv4()), ['192.0.2.1'], ['x']],
    ['a text with another in it', z.string().includes('a'), ['bab'], ['b']],
    ['a text of small letters', z.string().lowercase(), ['a'], ['A']],
    ['a text that is trimmed', z.string().trim(), [' a '], [1]],
    ['a least length', z.string().min(2), ['ab'], ['a']],
    ['a length', z.array(z.string()).length(1), [['a']], [[]]],
    ['a short whole number', z.int32(), [1], [2 ** 40, 1.5]],
    ['a short whole number, as a rule', z.number().check(z.int32()), [1], [2 ** 40, 1.5]],
    ['a long integer of 64 bits', z.int64(), [1n], [2n ** 63n]],
    ['a multiple', z.number().multipleOf(2), [4], [3]],
    ['a date', z.date().max(new Date(0)), [new Date(0)], [new Date(1)]],
    [
      'a rule that says what is wrong itself',
      z.string().superRefine((value, all) => {
        if (value === 'a') all.addIssue('no');
      }),
      ['b'],
      ['a'],
    ],
  ])('leaves %s to zod', (_what, schema, right, wrong) => {
    expect(right.map((value) => wayOf(schema, value))).toEqual(right.map(() => 'zod'));
    expect(wrong.map((value) => wayOf(schema, value))).toEqual(wrong.map(() => 'refused'));
  });
});
