import { readdirSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import type { JsonObject } from '../../../src/lib/json/exact-json.ts';
import { parseJson, writeJson } from '../../../src/lib/json/exact-json.ts';
import type { Operation } from '../../../src/lib/operations/operation.ts';
import { OPERATIONS, problemsIn, received, sent } from './judging.ts';

const idsOf = ({ input }: Operation) =>
  Object.keys((input as z.ZodObject).shape ?? {}).filter((member) => member.endsWith('_id'));
const hasBody = ({ input }: Operation) => Object.hasOwn((input as z.ZodObject).shape ?? {}, 'body');
const samples = readdirSync('events')
  .filter((file) => file.endsWith('.json') && file !== 'samples.json')
  .map((file) => received(readFileSync(`events/${file}`, 'utf8')));
const sizeOf = (body: JsonObject) => writeJson(body).length;
/** The body of the smallest sample that an operation takes: what must be there stands in it. */
const SMALLEST_BODIES = new Map(
  OPERATIONS.map(([, operation]) => {
    const own = samples.filter(({ type }) => type === operation.change);
    const bodies = own.flatMap(({ data }) => (data as JsonObject).body ?? []) as JsonObject[];
    const small = bodies.toSorted((one, other) => sizeOf(one) - sizeOf(other));
    return [operation, small.find((body) => problemsIn(operation, dataOf(operation, body)).length === 0) ?? {}];
  }),
);
const smallestBody = (operation: Operation): JsonObject => SMALLEST_BODIES.get(operation) ?? {};
function dataOf(operation: Operation, body: JsonObject = smallestBody(operation)): JsonObject {
  const ids = Object.fromEntries(idsOf(operation).map((name) => [name, 'a1']));
  return hasBody(operation) ? { ...ids, body } : ids;
}

const HOSTILE_IDS = [
  ...['', '..', '../x', 'a/b', 'a%2fb', 'a%2Fb', 'a\\b', 'a?b', 'a#b', 'a b', 'a\r\nHost: x', 'a\n', '\n', 'a\0', 'ä'],
  ...['a.b', 'a;b', 'a:b', '@a', '１', '\ud800', 'a'.repeat(256), 'a'.repeat(100_000)],
];

/** Values that a sender's mistake might be: strings, numbers of all kinds, nested things. */
const anything = fc.jsonValue({ maxDepth: 2 });
/** Bodies made of the names that the APIs know, with good and bad values. */
const names = [
  ...['resume_mode', 'migration_method', 'bandwidth_limit_mb', 'source_instance', 'target_instance', 'name', 'type'],
  ...['speed_limit', 'target_server', 'clone_server', 'state', 'total_time', 'enterprise_project', 'migration_ip'],
];
const likely = fc.oneof(
  fc.constantFrom('auto', 'manual', 'full_amount_migration', 'incremental_migration', 'MIGRATE_FILE', 'a-b', ''),
  fc.integer({ min: 0, max: 1000 }),
  fc.bigInt({ min: 2n ** 53n, max: 2n ** 63n - 1n }),
  fc.record({ id: fc.string(), password: fc.string({ unit: 'binary' }) }),
  fc.record({ addrs: fc.constantFrom('a:1', 'a:1,b:2'), password_ref: fc.constantFrom('a', '/b#c') }),
  fc.record({ name: fc.string({ unit: 'binary' }), memory: fc.bigInt({ min: 0n, max: 2n ** 63n - 1n }) }),
);
const bodies = (operation: Operation) => {
  const smallest = smallestBody(operation);
  return fc
    .dictionary(fc.constantFrom(...names), fc.oneof({ weight: 4, arbitrary: likely }, anything), {
      noNullPrototype: true,
    })
    .map((body) => ({ ...smallest, ...body }) as JsonObject);
};

describe.each(OPERATIONS)('%s', (_name, operation) => {
  it('accepts the least change', () => {
    expect(problemsIn(operation, dataOf(operation))).toEqual([]);
  });

  it.each(HOSTILE_IDS)('refuses the id %j and builds no path from it', (id) => {
    for (const name of idsOf(operation)) {
      const data = { ...dataOf(operation), [name]: id };
      const [problem, ...more] = problemsIn(operation, data);
      expect(more).toEqual([]);
      expect(problem).toMatch(new RegExp(`^data\\.${name}: must be 1 to \\d+ characters of A-Z a-z 0-9 (_ )?-$`));
      expect(() => operation.path(data)).toThrow(RangeError);
      expect(() => operation.readBack.path(data)).toThrow(RangeError);
    }
  });

  it('refuses what is no object', () => {
    for (const data of [undefined, 'x', 5, [], true]) expect(problemsIn(operation, data).length).toBe(1);
  });

  it('has an input that a JSON Schema can be made of', () => {
    const schema = z.toJSONSchema(operation.input, {
      unrepresentable: 'any',
      io: 'input',
      override: ({ zodSchema, jsonSchema }) => {
        if (zodSchema._zod.def.type === 'bigint') jsonSchema.type = 'integer';
      },
    });
    expect(schema).toMatchObject({ type: 'object', additionalProperties: false });
    expect(JSON.stringify(schema)).not.toContain('{}');
  });

  it('never repeats a received value in its messages', () => {
    const secret = 'hunter2-hunter2';
    fc.assert(
      fc.property(
        fc.constantFrom(...names),
        fc.constantFrom(secret, [secret], { password: 5, id: secret, addrs: secret }),
        (name, value) => {
          const problems = problemsIn(operation, dataOf(operation, { ...smallestBody(operation), [name]: value }));
          expect(problems.join()).not.toContain(secret);
        },
      ),
    );
  });

  it.runIf(hasBody(operation))('sends what it accepts as JSON that reads the same again', () => {
    let accepted = 0;
    fc.assert(
      fc.property(bodies(operation), (body) => {
        const data = dataOf(operation, body);
        if (problemsIn(operation, data).length > 0) return;
        accepted++;
        const text = sent(operation, data);
        const again = parseJson(text) as JsonObject;
        expect(text.isWellFormed()).toBe(true);
        expect(operation.body?.(operation.omit?.(data).data ?? data, (name) => `secret behind ${name}`)).toEqual(again);
        expect(text).not.toContain('password_ref');
      }),
      { numRuns: 2000, seed: 20_260_203 },
    );
    expect(accepted).toBeGreaterThan(20);
  });

  it('judges the same content the same, however often', () => {
    const data = received(JSON.stringify(dataOf(operation)));
    expect(sent(operation, data)).toBe(sent(operation, structuredClone(data)));
  });
});
