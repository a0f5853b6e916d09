import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { judge } from '../../../src/lib/change/acceptor.ts';
import { Envelope } from '../../../src/lib/change/change.ts';
import { parseJson } from '../../../src/lib/change/json.ts';
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
});
