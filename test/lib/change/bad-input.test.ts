import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parse } from '../../../src/lib/change/body.ts';
import { type InvalidRecord, parseRecord, type ValidRecord } from '../../../src/lib/change/parse-record.ts';
import { isObject, type Json, parseJson, writeJson } from '../../../src/lib/json/exact-json.ts';
import { completionOf } from '../../../src/lib/relay/completion.ts';
import { toResult, writeResult } from '../../../src/lib/relay/result.ts';
import { createWebhook } from '../../../src/lib/webhook/webhook.ts';
import {
  BANDWIDTHS,
  BOMBS,
  type Case,
  configure,
  ELSEWHERE,
  type Expectation,
  INJECTION,
  NO_JSON,
  NUMBERS,
  POLLUTION,
  sms,
  UNICODE,
} from '../../fixtures/bad-input.ts';
import { ALL_OPERATIONS, FIRST_KEYS } from '../../support/relay-under-test.ts';
import { SECRET, signedRequest } from '../../support/signed-request.ts';

const SETTINGS = { operations: ALL_OPERATIONS, revision: '2026-01' as const, allowInlineSecrets: true };
const take = (text: string) => parseRecord(text, FIRST_KEYS, SETTINGS);

function outcomeOf(record: ValidRecord | InvalidRecord): Expectation {
  if (record.kind === 'valid') return 'taken';
  return record.code === 'change_unreadable' ? 'unreadable' : { refusedAt: record.problems[0]?.path ?? 'nowhere' };
}
const resultOf = ({ name, fingerprint, problems, code }: InvalidRecord) =>
  writeResult(toResult('relay', name, fingerprint, completionOf(code, problems), 0));
const sentBy = ({ operation, data }: ValidRecord) => writeJson(operation.body?.(data, (reference) => reference) ?? {});

function expectOutcome([, text, expected]: Case) {
  const record = take(text);
  expect(outcomeOf(record)).toEqual(expected);
  if (record.kind === 'invalid') expect(record.problems.length).toBeLessThanOrEqual(20);
  else expect(record.operation.path(record.data)).toMatch(/^\/v[23]\/[A-Za-z0-9/-]+$/);
  expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
  expect(Object.keys(Object.prototype)).toEqual([]);
}

describe.each(
  Object.entries({
    'a prototype': POLLUTION,
    'a character': UNICODE,
    'an id in a path': INJECTION,
    'a way to elsewhere': ELSEWHERE,
  }),
)('%s: ', (_what, cases) => {
  it.each(cases.map((one) => [one[0], one] as const))('%j has the right outcome', (_title, one) => expectOutcome(one));
});

describe('a bomb: ', () => {
  it.each(BOMBS.map((one) => [one[0], one] as const))('%s has the right outcome', (_title, one) => {
    expectOutcome(one);
    const refusal = take(one[1]);
    if (refusal.kind === 'invalid') expect(resultOf(refusal).length).toBeLessThan(16_000);
  });
});

describe('a number', () => {
  const rows = Object.entries(NUMBERS).flatMap(([field, numbers]) => numbers.map((row) => [field, ...row] as const));

  it.each(rows.filter(([, , sent]) => sent !== undefined))('as %s: %s goes out as %s', (field, given, sent) => {
    const change = take(sms(`"${field}":${given}`));
    expect(outcomeOf(change)).toBe('taken');
    expect(sentBy(change as ValidRecord)).toBe(`{"${field}":${sent}}`);
  });

  it.each(rows.filter(([, , sent]) => sent === undefined))('as %s: %s is refused', (field, given) => {
    expect(outcomeOf(take(sms(`"${field}":${given}`)))).toEqual({ refusedAt: `data.body.${field}` });
  });

  it.each(NO_JSON)('written as %s is not JSON', (given) => {
    expect(take(sms(`"total_time":${given}`))).toMatchObject({
      code: 'change_unreadable',
      problems: [{ path: '', message: expect.stringMatching(/^must be JSON: at line 1, column \d+: expected .+$/) }],
    });
  });

  it.each(BANDWIDTHS)('as bandwidth: %s goes out as %s', (given, sent) => {
    const record = take(configure(`,"bandwidth_limit_mb":${given}`));
    expect(outcomeOf(record)).toEqual(sent === undefined ? { refusedAt: 'data.body.bandwidth_limit_mb' } : 'taken');
    if (record.kind === 'valid') expect(sentBy(record)).toContain(`"bandwidth_limit_mb":${sent}`);
  });
});

describe('the JSON test suite', () => {
  const folder = 'test/fixtures/json-test-suite';
  const filesOf = (part: string) =>
    readdirSync(`${folder}/${part}`).map((name) => ({ name, bytes: readFileSync(`${folder}/${part}/${name}`) }));
  const files = [...filesOf('test_parsing'), ...filesOf('test_transform')];
  /** As a queue would deliver it: a string, whatever the bytes were. */
  const lenient = (bytes: Buffer) => new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes);

  it('is complete', () => {
    const kinds = Map.groupBy(files, ({ name }) => /^[yni]_/.exec(name)?.[0] ?? 'transform');
    expect([...kinds].map(([kind, members]) => [kind, members.length]).sort()).toEqual([
      ['i_', 35],
      ['n_', 188],
      ['transform', 22],
      ['y_', 95],
    ]);
  });

  it.each(files)('$name is refused as not a change, and nothing of it is repeated', ({ bytes }) => {
    const text = lenient(bytes);
    const refusal = take(text) as InvalidRecord;
    expect(refusal.code).toBe('change_unreadable');
    expect(JSON.parse(resultOf(refusal)).data.change).toEqual({ hash: refusal.name.hash });
  });

  it.each(files.filter(({ name }) => name.startsWith('y_')))('$name is read as JSON.parse reads it', ({ bytes }) => {
    const parsed = parse(lenient(bytes));
    expect(parsed).not.toHaveProperty('problem');
    const { value } = parsed as { value: Json };
    expect(writeJson(value)).toBe(JSON.stringify(JSON.parse(lenient(bytes))));
  });

  it.each(files.filter(({ name }) => name.startsWith('n_')))('$name is not read', ({ bytes }) => {
    expect(parse(lenient(bytes))).toHaveProperty('problem');
  });

  /** An empty batch of events is legal over HTTP. */
  const isEmptyList = (bytes: Buffer) => /^\s*\[\s*\]\s*$/.test(lenient(bytes));

  it.each(files.filter(({ bytes }) => !isEmptyList(bytes)))(
    '$name is answered with 400 when it is posted, signed as it is',
    async ({ bytes }) => {
      const webhook = createWebhook({
        secrets: async () => [SECRET],
        enqueue: () => Promise.reject(new Error('nothing may be queued')),
        validation: SETTINGS,
        services: new Set(['dcs', 'sms']),
      });
      const request = signedRequest({ body: bytes, time: String(Math.floor(Date.now() / 1000)) });
      expect((await webhook(request)).status).toBe(400);
    },
  );

  it.each(filesOf('test_transform').filter(({ name }) => name.startsWith('number_')))(
    '$name contains a number that is sent as the same number or not at all',
    ({ bytes }) => {
      const number = lenient(bytes).trim().slice(1, -1);
      const record = take(sms(`"total_time":${number}`));
      if (record.kind === 'invalid') return expect(outcomeOf(record)).toEqual({ refusedAt: 'data.body.total_time' });
      const sent = /"total_time":([^}]*)/.exec(sentBy(record))?.[1] ?? '';
      return expect(writeJson(parseJson(sent) as Json)).toBe(writeJson(parseJson(number) as Json));
    },
  );

  it.each(filesOf('test_transform').filter(({ name }) => name.startsWith('string_')))(
    '$name contains a text that is sent unchanged or not at all',
    ({ bytes }) => {
      const json = lenient(bytes).trim().slice(1, -1);
      const record = take(sms(`"project_name":${json}`));
      if (record.kind === 'invalid') return expect(outcomeOf(record)).toEqual({ refusedAt: 'data.body.project_name' });
      return expect(JSON.parse(sentBy(record))).toEqual({ project_name: JSON.parse(json) });
    },
  );
});

/** The places of all strings in a tree. */
const stringPlaces = (tree: object, at: string[] = []): string[][] =>
  Object.entries(tree).flatMap(([name, value]) => {
    if (typeof value === 'string') return [[...at, name]];
    return typeof value === 'object' && value !== null ? stringPlaces(value, [...at, name]) : [];
  });
const valueAt = (tree: unknown, place: string[]): unknown =>
  place.reduce((value, name) => (value as Record<string, unknown> | undefined)?.[name], tree);

function withText(sample: string, place: string[], text: string): string {
  const event = JSON.parse(sample);
  const holder = valueAt(event, place.slice(0, -1)) as Record<string, unknown>;
  holder[place.at(-1) ?? ''] = text;
  return JSON.stringify(event);
}

/** What a text at a place of a change became; undefined if the relay does not use it. */
function arrived(change: ValidRecord, place: string[]): unknown {
  const [first, second, ...inner] = place;
  if (second === 'body')
    return valueAt(
      JSON.parse(sentBy(change)),
      inner.map((name) => (name === 'password_ref' ? 'password' : name)),
    );
  if (first === 'data') return valueAt(change.data, place.slice(1));
  return valueAt(change.event, place);
}

/** Attributes that are accepted with any value, because nothing reads them or an invalid one is dropped. */
const UNREAD = new Set(['time', 'traceparent']);
/** In these, an empty text is not an instance and not an address. */
const EMPTY_IS_ABSENT = new Set(['id', 'addrs']);

function faultOf(sample: string, place: string[], text: string): string | undefined {
  const record = take(withText(sample, place, text));
  const path = place.join('.');
  if (record.kind === 'invalid') return faultOfRefusal(record, path, text);
  if (UNREAD.has(path) || (text === '' && EMPTY_IS_ABSENT.has(place.at(-1) ?? ''))) return undefined;
  return arrived(record, place) === text ? undefined : `${path} became ${JSON.stringify(arrived(record, place))}`;
}

function faultOfRefusal(refusal: InvalidRecord, path: string, text: string): string | undefined {
  const result = resultOf(refusal);
  if (!refusal.problems.some((problem) => path.startsWith(problem.path) && problem.path !== ''))
    return `${path} is not named`;
  if (result.includes('\n')) return `${path} is told in two lines`;
  // A shorter text might be part of a rule's message.
  return text.length > 12 && result.includes(JSON.stringify(text).slice(1, -1)) ? `${path} is repeated` : undefined;
}

describe('every naughty string', () => {
  const list = JSON.parse(readFileSync('node_modules/big-list-of-naughty-strings/blns.json', 'utf8')) as string[];

  it('is in the list', () => {
    expect(list.length).toBe(461);
    expect(list.every((text) => typeof text === 'string')).toBe(true);
  });

  it.each([
    ['dcs-update-traceparent', 10],
    ['dcs-configure-password-ref', 14],
    ['dcs-configure-incremental', 13],
    ['sms-2024-09-linux-server', 41],
    ['sms-2026-01-snapshots', 12],
    ['sms-2026-01-ipv6', 12],
  ])('in every text of %s (%i) is sent unchanged, or refused at its place and not repeated', (name, texts) => {
    const sample = readFileSync(`events/${name}.json`, 'utf8');
    const places = stringPlaces(JSON.parse(sample));
    expect(places).toHaveLength(texts);
    const faults = places.flatMap((place) => list.flatMap((text) => faultOf(sample, place, text) ?? []));
    expect(faults).toEqual([]);
  });

  it('as the name of a member is an unknown name, whatever it is', () => {
    for (const text of list) {
      const record = take(JSON.stringify({ ...JSON.parse(sms('')), data: { task_id: 't', body: { [text]: 1 } } }));
      expect(isObject(record) && outcomeOf(record)).toMatchObject({
        refusedAt: expect.stringMatching(/^data\.body\./),
      });
    }
  });
});
