import { readdirSync, readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { type InvalidRecord, parseRecord, type ValidRecord } from '../../../src/lib/change/parse-record.ts';
import { InexactNumber, isObject, writeJson } from '../../../src/lib/json/exact-json.ts';
import type { Operation } from '../../../src/lib/operations/operation.ts';
import { completionOf } from '../../../src/lib/relay/completion.ts';
import { toResult, writeResult } from '../../../src/lib/relay/result.ts';
import { createMutator, createRandom, rawNumber, writeRaw } from '../../support/mutate.ts';
import { ALL_OPERATIONS, FIRST_KEYS } from '../../support/relay-under-test.ts';

const COUNT = Number(process.env.MUTATIONS ?? 100_000);
const SEED = Number(process.env.MUTATION_SEED ?? 20_260_203);

const SETTINGS = { operations: ALL_OPERATIONS, revision: '2026-01' as const, allowInlineSecrets: true };
const take = (text: string) => parseRecord(text, FIRST_KEYS, SETTINGS);

const operationsOf = (text: string) => ALL_OPERATIONS.filter(({ change }) => text.includes(`"${change}"`));
/** Values one step away from rules that few samples come near. */
const NEAR = JSON.stringify({
  ...{ specversion: '1.0', id: 'near', source: '/s', type: 'migration.sms.task.update' },
  data: {
    task_id: 't',
    body: {
      ...{ enterprise_project: 'a', use_ipv6: false, migration_ip: '192.0.2.1', target_disk_ids: 'a b' },
      target_server: { networks: [{ mac: 'a' }] },
    },
  },
});
/** Values that only such a rule refuses, so that mutations can put them under their names. */
const RARE = {
  ...{ mac: '', target_disk_ids: 'x'.repeat(300), migration_ip: '2001:db8::1', enterprise_project_id: 'a' },
  ...{ password: 'CANARY', password_ref: 'a', addrs: 'CANARY', hostname: '\ud800CANARY' },
};
const SAMPLES = readdirSync('events')
  .filter((name) => name.endsWith('.json') && name !== 'samples.json')
  .map((name) => readFileSync(`events/${name}`, 'utf8'))
  .concat(NEAR, NEAR, NEAR)
  .map((text) => ({ text, operations: operationsOf(text) }));

const VALUES: unknown[] = [
  ...[null, true, false, 0, -1, 1, 1.5, 2, 300, 65_536, 10_240, 2_147_483_648, Number.MAX_SAFE_INTEGER],
  ...['9223372036854775807', '9223372036854775808', '-9223372036854775808', '1e400', '12345678901234567.0'].map(
    rawNumber,
  ),
  ...['0.1000000000000000055511151231257827', '1e3', '-0'].map(rawNumber),
  ...['', ' ', 'CANARY', 'CANARY/../x', 'CANARY\r\nx: 1', '\ud800CANARY', '\u0000', '😀'.repeat(200), 'x'.repeat(300)],
  ...['5', '10240', 'auto', 'a:1', '10.0.0.1:6379,10.0.0.2:6379', '192.0.2.1', '2001:db8::1', '名字', 'a b', '/a/b#c'],
  ...[[], {}, [null], [[]], [{}], { id: 'a', addrs: 'a:1' }, { id: 'a', password: 'CANARY', password_ref: 'a' }],
];

const DIGITS = 'a number keeps its digits';
/** Rules that the published JSON Schemas can't express, by the message of their refusal. */
const BEYOND_SCHEMA: Record<string, RegExp> = {
  'text has no lone surrogates': /^must be text without lone surrogates$/,
  'addresses are host:port': /^must be host:port/,
  'an instance is named by id or addrs': /^must have exactly one of id and addrs$/,
  'a password is given or referred to': /^must not have both password and password_ref$/,
  'a disk id is short': /^must be ids of at most 255 characters/,
  'an enterprise project has one name': /^must not be given together with enterprise_project_id$/,
  'an address fits use_ipv6': /^must be an IPv6 address if use_ipv6/,
  'the first network has its mac': /^must not be empty in the first network$/,
  'a name has no control characters': /^must be text without control characters$/,
  'a backup has files of a bucket or an id':
    /^must name a bucket and files \(self_build_obs\) or a backup_id \(backup_record\)$/,
  'a new task has a target or a template': /^must have name and vm_id/,
  // No double equals the limit 2^63 - 1, and a validator reads a number with more digits than a double as another
  // number.
  [DIGITS]: /^must be a (whole )?number from 0 to/,
};
const rulesOf = (error: z.ZodError) =>
  error.issues.map(({ message }) => Object.keys(BEYOND_SCHEMA).find((rule) => BEYOND_SCHEMA[rule]?.test(message)));

const ajv = new Ajv2020({ strict: false });
const validators = new Map(ALL_OPERATIONS.map((operation) => [operation, ajv.compile(schemaOf(operation))] as const));

function schemaOf({ input }: Operation): object {
  return z.toJSONSchema(input, {
    unrepresentable: 'any',
    io: 'input',
    override: ({ zodSchema, jsonSchema }) => {
      if (zodSchema._zod.def.type === 'bigint') jsonSchema.type = 'integer';
    },
  });
}

const losesDigits = (value: unknown): boolean =>
  value instanceof InexactNumber ||
  (typeof value === 'bigint' && BigInt.asIntN(64, value) !== value) ||
  (typeof value === 'object' && value !== null && Object.values(value).some(losesDigits));

/** A value as a JSON validator reads it: every number is a double. */
function plain(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(plain);
  if (value instanceof InexactNumber) return Number(value.source);
  if (isObject(value)) return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, plain(inner)]));
  return typeof value === 'bigint' ? Number(value) : value;
}

const fired: Record<string, number> = {};
const counts = { accepted: 0, refused: 0, unreadable: 0, agreed: 0 };

/** Validates a change's data by its operation and by the operation's JSON Schema. Returns what is wrong if they differ. */
function compare(operation: Operation, data: unknown): string | undefined {
  const left = operation.omit && isObject(data) ? operation.omit(data).data : data;
  const { success, error } = operation.input.safeParse(left);
  const valid = validators.get(operation)?.(plain(left)) === true;
  if (success === valid) return void counts.agreed++;
  return error ? explain(error, left) : 'accepted although its schema refuses it';
}

/** Counts the rules that refuse what the schema accepts. Returns what no rule explains. */
function explain(error: z.ZodError, data: unknown): string | undefined {
  const rules = rulesOf(error).map((rule) => (rule === DIGITS && !losesDigits(data) ? undefined : rule));
  for (const rule of rules.filter((one) => one !== undefined)) fired[rule] = (fired[rule] ?? 0) + 1;
  return rules.includes(undefined) ? `refused although its schema accepts it: ${z.prettifyError(error)}` : undefined;
}

/** A message may list all types of changes. */
const MAX_MESSAGE = 800;
const PATH = /^(?:[\w.]|\(an unknown name\))*$/;

function checkRefusal(refusal: InvalidRecord): string | undefined {
  counts[refusal.code === 'change_unreadable' ? 'unreadable' : 'refused']++;
  const { name, fingerprint, problems } = refusal;
  if (problems.length < 1 || problems.length > 20) return `${problems.length} problems`;
  const wrong = problems.find(({ path, message }) => !PATH.test(path) || message.length > MAX_MESSAGE);
  if (wrong) return `the problem ${JSON.stringify(wrong)}`;
  const result = writeResult(
    toResult('relay', { ...name, id: 'i', source: '/s' }, fingerprint, completionOf(refusal.code, problems), 0),
  );
  return result.includes('CANARY') ? `the result ${result}` : undefined;
}

function checkChange({ operation, data }: ValidRecord): string | undefined {
  counts.accepted++;
  const text = writeJson(operation.body?.(data, () => 'secret') ?? {});
  if (!/^\/v[23]\/[A-Za-z0-9/_-]+$/.test(operation.path(data))) return `the path ${operation.path(data)}`;
  return text.isWellFormed() && !text.includes('password_ref') ? undefined : `the body ${text}`;
}

/** What is wrong with the validation of a text; undefined if nothing is. */
function faultOf(text: string, operation: Operation): string | undefined {
  const record = take(text);
  const fault = record.kind === 'valid' ? checkChange(record) : checkRefusal(record);
  if (fault !== undefined || !record.name.operation) return fault;
  return compare(operation, record.event?.data);
}

/** Mutates samples and returns at most five texts that were validated wrongly. */
function faultsOf(count: number, random: () => number): string[] {
  const mutate = createMutator([...SAMPLES.map(({ text }) => JSON.parse(text)), RARE], VALUES, random);
  const faults: string[] = [];
  for (let index = 0; index < count && faults.length < 5; index++) {
    const { text, operations } = SAMPLES[Math.floor(random() * SAMPLES.length)] as (typeof SAMPLES)[number];
    const event = JSON.parse(text);
    // Most faults are in data. The rest of the event is mutated only sometimes.
    mutate(random() < 0.85 ? event.data : event);
    const mutated = writeRaw(event);
    const fault = faultOf(mutated, operations[index % operations.length] as Operation);
    if (fault !== undefined) faults.push(`#${index} of seed ${SEED}: ${fault} for ${mutated.slice(0, 2000)}`);
  }
  return faults;
}

describe(`samples that are mutated (seed ${SEED})`, () => {
  it(`${COUNT} times are accepted or refused as their JSON Schemas say, or refused by a rule that those cannot express`, {
    timeout: 60_000 + 3 * COUNT,
  }, () => {
    expect(faultsOf(COUNT, createRandom(SEED))).toEqual([]);
    expect(Object.keys(Object.prototype)).toEqual([]);
    expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
    expect(Object.keys(fired).sort()).toEqual(Object.keys(BEYOND_SCHEMA).sort());
    for (const count of Object.values(counts)) expect(count).toBeGreaterThan(COUNT / 200);
  });
});
