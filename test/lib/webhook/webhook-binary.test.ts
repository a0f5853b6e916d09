import { beforeEach, describe, expect, it, vi } from 'vitest';
import { sha256 } from '../../../src/lib/change/fingerprint.ts';
import type { Message } from '../../../src/lib/change/message.ts';
import { createWebhook } from '../../../src/lib/webhook/webhook.ts';
import { ALL_OPERATIONS } from '../../support/relay-under-test.ts';
import { EVENT, NOW, SECRET, signedRequest } from '../../support/signed-request.ts';

beforeEach(() => {
  vi.useFakeTimers({ now: NOW * 1000, toFake: ['Date'] });
  return () => vi.useRealTimers();
});

const ATTRIBUTES = {
  'ce-specversion': '1.0',
  'ce-id': EVENT.id,
  'ce-source': EVENT.source,
  'ce-type': EVENT.type,
};
/** As docs/producer.md defines it: the hash of the lines of the headers, in order. */
const bound = (headers: Record<string, string>) =>
  `ce_${sha256(
    Object.entries(headers)
      .map(([name, value]) => `${name}:${value}\n`)
      .sort()
      .join(''),
  )}`;

interface Binary {
  attributes?: Record<string, string>;
  /** The headers that arrive in place of those from which the id was computed. */
  arrives?: Record<string, string | undefined>;
  id?: string;
  type?: string;
  data?: string;
}

async function post({ attributes = ATTRIBUTES, arrives = {}, id, type = 'application/json', data }: Binary = {}) {
  const queued: Message[] = [];
  const webhook = createWebhook({
    secrets: async () => [SECRET],
    enqueue: async (messages) => void queued.push(...messages),
    validation: { operations: ALL_OPERATIONS, revision: '2026-01', allowInlineSecrets: false },
    services: new Set(['dcs', 'sms']),
  });
  const headers = { 'content-type': type, ...attributes, ...arrives };
  const body = data ?? JSON.stringify(EVENT.data);
  const reply = await webhook(signedRequest({ body, id: id ?? bound(attributes), headers }));
  return { ...reply, queued: queued.map(({ body: text }) => JSON.parse(text)) };
}

describe('a change in binary mode', () => {
  it('whose webhook id is computed from the attributes is queued as the same change in structured mode', async () => {
    expect(await post()).toMatchObject({
      status: 202,
      body: { changes: [{ id: EVENT.id, source: EVENT.source }] },
      queued: [EVENT],
    });
  });

  it('has every attribute that the relay reads', async () => {
    const more = { sequence: '7', dataschema: 'x', traceparent: `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01` };
    const headers = Object.fromEntries(Object.entries(more).map(([name, value]) => [`ce-${name}`, value]));
    const { queued } = await post({ attributes: { ...ATTRIBUTES, ...headers, 'ce-time': 'x' } });
    expect(queued).toEqual([{ ...EVENT, ...more }]);
  });

  it.each([
    ['Euro%20%E2%82%AC%20%F0%9F%98%80', 'Euro € 😀'],
    ['%e2%82%ac', '€'],
    ['100%25', '100%'],
    ['"a \\"b\\\\"', 'a "b\\'],
    ['"%20"', ' '],
    ['a"b', 'a"b'],
  ])('has its headers decoded: %s is %s', async (header, id) => {
    expect((await post({ attributes: { ...ATTRIBUTES, 'ce-id': header } })).queued).toMatchObject([{ id }]);
  });

  it.each(['%', '%zz', '%ff'])(
    'with a header that cannot be decoded (%s) is refused at its attribute',
    async (header) => {
      expect(await post({ attributes: { ...ATTRIBUTES, 'ce-id': header } })).toMatchObject({
        status: 400,
        body: { problems: [{ path: 'id', message: 'must be percent-encoded UTF-8 in its header' }] },
      });
    },
  );

  it('is validated like any other', async () => {
    expect(await post({ data: '{"task_id":"/"}' })).toMatchObject({
      status: 400,
      body: {
        problems: [{ path: 'data.project_id', message: 'is missing' }, { path: 'data.task_id' }, { path: 'data.body' }],
      },
      queued: [],
    });
    const { 'ce-source': _, ...without } = ATTRIBUTES;
    expect(await post({ attributes: without })).toMatchObject({
      status: 400,
      body: { problems: [{ path: 'source', message: 'is missing' }] },
    });
    expect((await post({ data: '[]' })).status).toBe(400);
    expect((await post({ data: '{' })).status).toBe(400);
  });

  it('cannot set its data, or a member of every object, in a header', async () => {
    const headers = { ...ATTRIBUTES, 'ce-data': '{}', 'ce-data_base64': 'e30=', 'ce-__proto__': 'x' };
    expect((await post({ attributes: headers })).queued).toEqual([EVENT]);
  });

  it.each(['text/json', 'application/x+json; a=b', 'application/json; charset="utf-8"'])(
    'accepts the type %s, which means JSON',
    async (type) => expect((await post({ type })).status).toBe(202),
  );

  it.each(['text/plain', 'application/json; charset=utf-16', 'json'])('refuses the type %s', async (type) => {
    expect(await post({ type })).toMatchObject({
      status: 415,
      body: { type: expect.stringMatching(/unsupported-media-type$/) },
      queued: [],
    });
  });
});

describe('attributes that the signature does not cover', () => {
  const UNBOUND = {
    status: 415,
    body: {
      type: 'urn:migration-relay:problem:unbound-attributes',
      detail: expect.stringMatching(/structured mode .*webhook-id/),
    },
    queued: [],
  };

  it.each<[string, Binary]>([
    ['another id', { arrives: { 'ce-id': 'another' } }],
    ['another type', { arrives: { 'ce-type': 'migration.dcs.online-migration.configure' } }],
    ['another source', { arrives: { 'ce-source': '/another' } }],
    ['a sequence', { arrives: { 'ce-sequence': '9' } }],
    ['a revision', { arrives: { 'ce-dataschema': 'x/2024-09' } }],
    ['one that nobody reads', { arrives: { 'ce-x': '1' } }],
    ['one that is gone', { arrives: { 'ce-id': undefined } }],
    ['an id of the request that holds nothing fast', { id: 'msg_1' }],
    ['the id of the change as that of the request', { id: EVENT.id }],
  ])('are refused with advice: structured mode, or a webhook id computed from them: %s', async (_what, given) => {
    expect(await post(given)).toMatchObject(UNBOUND);
  });

  it('do not change a signed event in structured mode', async () => {
    expect(await post({ data: JSON.stringify(EVENT), id: 'msg_1' })).toMatchObject(UNBOUND);
    const named = { data: JSON.stringify(EVENT), id: 'msg_1', type: 'application/cloudevents+json' };
    expect(await post({ ...named, arrives: { 'ce-id': 'another' } })).toMatchObject({ status: 202, queued: [EVENT] });
  });

  it('are missed if they are absent: the data alone is not an event', async () => {
    const gone = Object.fromEntries(Object.keys(ATTRIBUTES).map((name) => [name, undefined]));
    expect(await post({ arrives: gone })).toMatchObject({ status: 400, queued: [] });
  });
});
