import { readFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { readChange } from '../../../src/lib/change/change.ts';
import { groupOf, type Message } from '../../../src/lib/change/message.ts';
import { parseJson } from '../../../src/lib/json/exact-json.ts';
import type { Service } from '../../../src/lib/operations/operation.ts';
import { createWebhook } from '../../../src/lib/webhook/webhook.ts';
import { ATTACKS, type Attack, requestOf } from '../../fixtures/webhook-attacks.ts';
import { ALL_OPERATIONS } from '../../support/relay-under-test.ts';
import { BODY, EVENT, FOREIGN_SECRET, NOW, SECRET, sign, signedRequest } from '../../support/signed-request.ts';

beforeEach(() => {
  vi.useFakeTimers({ now: NOW * 1000 + 999, toFake: ['Date'] });
});
afterEach(() => {
  vi.useRealTimers();
});

/** The webhook with a queue that records messages, and secrets whose reads are counted. */
function createUnderTest(secrets = [SECRET]) {
  const queued: Message[][] = [];
  const reads = { count: 0 };
  const dependencies = {
    async secrets() {
      reads.count++;
      return secrets;
    },
    async enqueue(messages: Message[]) {
      queued.push(messages);
    },
    validation: { operations: ALL_OPERATIONS, revision: '2026-01' as const, allowInlineSecrets: false },
    services: new Set<Service>(['dcs', 'sms']),
  };
  const webhook = createWebhook(dependencies);
  return {
    dependencies,
    webhook,
    queued,
    reads,
    post: (body: unknown) => webhook(signedRequest({ body: textOf(body) })),
  };
}
const textOf = (body: unknown) => (typeof body === 'string' ? body : JSON.stringify(body));

const PROBLEM = {
  400: ['invalid-change', 'Bad Request'],
  401: ['signature', 'Unauthorized'],
  413: ['too-large', 'Content Too Large'],
} as Record<number, string[]>;
const UNSUPPORTED = /^urn:migration-relay:problem:unsupported-(media-type|encoding)$/;

async function expectAnswer(attack: Attack) {
  const [, status, , secrets] = attack;
  const { webhook, queued } = createUnderTest(secrets);
  const reply = await webhook(requestOf(attack));
  expect(reply.status).toBe(status);
  if (status === 202) return expect(queued).toHaveLength(1);
  expect(queued).toEqual([]);
  expect(JSON.stringify(reply)).not.toMatch(/CANARY|whsec_|v1,/);
  expect(reply.type).toBe('application/problem+json');
  const [kind, title] = PROBLEM[status] ?? [UNSUPPORTED, 'Unsupported Media Type'];
  const type = typeof kind === 'string' ? `urn:migration-relay:problem:${kind}` : expect.stringMatching(UNSUPPORTED);
  return expect(reply.body).toMatchObject({ type, title, status, detail: expect.stringMatching(/^[A-Z].*\.$/) });
}

describe.each(Object.entries(ATTACKS))('%s', (_group, attacks) => {
  it.each(attacks.map((attack) => [...attack.slice(0, 2), attack] as [string, number, Attack]))(
    '%s is answered with %i',
    (_title, _status, attack) => expectAnswer(attack),
  );
});

describe('the attacks', () => {
  it('are at least 140, and no two of a kind have the same title', () => {
    const titles = Object.entries(ATTACKS).flatMap(([group, attacks]) => attacks.map(([title]) => group + title));
    expect(new Set(titles).size).toBe(titles.length);
    expect(titles.length).toBeGreaterThanOrEqual(140);
  });

  it('leave no trace on objects', () => {
    expect(Object.keys(Object.prototype)).toEqual([]);
    expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
  });
});

describe('a signature', () => {
  it('with any one of its 256 bits changed is refused', async () => {
    const { webhook } = createUnderTest();
    const mac = Buffer.from(sign(SECRET, 'msg_1', String(NOW), BODY).slice(3), 'base64');
    for (let bit = 0; bit < 256; bit++) {
      const turned = Buffer.from(mac);
      turned.writeUInt8(turned.readUInt8(bit >> 3) ^ (1 << (bit & 7)), bit >> 3);
      const request = signedRequest({
        id: 'msg_1',
        headers: { 'webhook-signature': `v1,${turned.toString('base64')}` },
      });
      expect((await webhook(request)).status).toBe(401);
    }
    const untouched = { 'webhook-signature': `v1,${mac.toString('base64')}` };
    expect((await webhook(signedRequest({ id: 'msg_1', headers: untouched }))).status).toBe(202);
  });

  it('is refused in the same words whatever is wrong with it', async () => {
    const refusals = Object.values(ATTACKS)
      .flat()
      .filter(([, status]) => status === 401);
    const bodies = await Promise.all(
      refusals.map(async (attack) =>
        JSON.stringify((await createUnderTest(attack[3]).webhook(requestOf(attack))).body),
      ),
    );
    expect(new Set(bodies).size).toBe(1);
  });

  it('is verified before the type and the content, so that a stranger does not learn what would be accepted', async () => {
    const { webhook } = createUnderTest();
    const request = { secret: FOREIGN_SECRET, body: 'no JSON', headers: { 'content-type': 'text/plain' } };
    expect((await webhook(signedRequest(request))).status).toBe(401);
  });
});

describe('a flood', () => {
  it('of requests without a possible signature reads no secret', async () => {
    const { webhook, reads } = createUnderTest();
    const headers = { 'webhook-signature': 'v1,AAAA' };
    for (let count = 0; count < 1000; count++) await webhook(signedRequest({ headers }));
    expect(reads.count).toBe(0);
  });

  it('reads the secrets once a minute while that fails', async () => {
    const { webhook, dependencies } = createUnderTest();
    let reads = 0;
    dependencies.secrets = async () => {
      reads++;
      throw new Error('away');
    };
    for (let count = 0; count < 1000; count++) expect((await webhook(signedRequest())).status).toBe(503);
    expect(reads).toBe(1);
    vi.setSystemTime((NOW + 61) * 1000);
    expect((await webhook(signedRequest())).status).toBe(503);
    expect(reads).toBe(2);
  });
});

describe('an accepted change', () => {
  it('is answered with its name', async () => {
    const { post } = createUnderTest();
    expect(await post(EVENT)).toEqual({
      status: 202,
      type: 'application/json',
      body: { changes: [{ id: EVENT.id, source: EVENT.source }] },
    });
  });

  it('goes to the queue of its service, in the group of its task', async () => {
    const { post, queued } = createUnderTest();
    const sms = { ...EVENT, type: 'migration.sms.task.update', data: { task_id: 'a1', body: {} } };
    await post([EVENT, sms]);
    expect(queued.flat().map(({ service }) => service)).toEqual(['dcs', 'sms']);
    const { project_id, task_id } = EVENT.data;
    expect(queued[0]?.[0]?.group).toBe(groupOf({ service: 'dcs', project_id, id: task_id }));
    expect(queued[0]?.[1]?.group).toBe(groupOf({ service: 'sms', id: 'a1' }));
    expect(queued[0]?.[0]?.group).toMatch(/^[0-9a-f]{32}$/);
  });

  it('is queued with every attribute that the relay reads, and no other', async () => {
    const { post, queued } = createUnderTest();
    const attributes = { sequence: '7', dataschema: 'x', traceparent: `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01` };
    await post({ ...EVENT, ...attributes, time: '2026-01-01T00:00:00Z', comment: 'CANARY' });
    expect(JSON.parse(queued[0]?.[0]?.body ?? '')).toEqual({ ...EVENT, ...attributes });
  });

  it('keeps its digits, and has no null members', async () => {
    const { post, queued } = createUnderTest();
    const body = '{"target_server":{"memory":9223372036854775807,"name":null},"name":"n"}';
    await post(
      `{"specversion":"1.0","id":"1","source":"/s","type":"migration.sms.task.update","data":{"task_id":"a","body":${body}}}`,
    );
    expect(queued[0]?.[0]?.body).toContain('"body":{"target_server":{"memory":9223372036854775807},"name":"n"}');
  });

  it('reaches the relay as the webhook validated it, whichever sample it is', async () => {
    for (const { file, code } of SAMPLES.filter(isTaken)) {
      const { post, queued } = createUnderTest();
      const text = readFileSync(`events/${file}`, 'utf8');
      const { status } = await post(text.replace(/"password": "[^"]*"/, '"password_ref": "a"'));
      expect({ file, code, status }).toEqual({ file, code, status: 202 });
      expect(readChange(queued[0]?.[0]?.body ?? '').kind).toBe('change');
    }
  });

  it('contains no character that the queue would refuse', async () => {
    const { post, queued } = createUnderTest();
    const data = { task_id: 'a1', body: { target_server: { hostname: 'a\ufffe\uffff\u0001\u{1ffff}\u007f' } } };
    await post({ ...EVENT, type: 'migration.sms.task.update', data });
    const { body = '' } = queued[0]?.[0] ?? {};
    // The SQS reference allows #x10000 to #x10FFFF too, but a local queue does not.
    expect(body).toMatch(/^[\t\n\r\u0020-\ud7ff\ue000-\ufffd]+$/);
    expect(parseJson(body)).toMatchObject({ data });
  });
});

interface Sample {
  file: string;
  code?: string;
}
const SAMPLES = JSON.parse(readFileSync('events/samples.json', 'utf8')) as Sample[];
const REFUSED_AT_THE_DOOR = new Set(['change_invalid', 'change_unreadable']);
const isTaken = ({ code = '' }: Sample) => !REFUSED_AT_THE_DOOR.has(code);

describe('a sample that is not a valid change', () => {
  it.each(SAMPLES.filter((sample) => !isTaken(sample)).map(({ file }) => file))(
    '%s is answered with 400',
    async (file) => {
      const { webhook, queued } = createUnderTest();
      const reply = await webhook(signedRequest({ body: readFileSync(`events/${file}`) }));
      expect(reply.status).toBe(400);
      expect(queued).toEqual([]);
    },
  );
});

describe('a repeat', () => {
  const deduplicationIds = async (...bodies: object[]) => {
    const { post, queued } = createUnderTest();
    for (const body of bodies) await post(body);
    return new Set(queued.flat().map(({ deduplicationId }) => deduplicationId)).size;
  };

  it('of the same request has the same deduplication id, a hundred times', async () => {
    const { webhook, queued } = createUnderTest();
    const request = signedRequest();
    for (let count = 0; count < 100; count++) expect((await webhook(request)).status).toBe(202);
    expect(new Set(queued.flat().map(({ deduplicationId }) => deduplicationId)).size).toBe(1);
  });

  it('under a new webhook id and time is still the same change', async () => {
    const { webhook, queued } = createUnderTest();
    await webhook(signedRequest({ id: 'msg_1' }));
    await webhook(signedRequest({ id: 'msg_2', time: String(NOW + 60) }));
    const [first, second] = queued.flat();
    expect(second).toEqual(first);
  });

  it.each([
    ['time', { time: '2026-01-01T00:00:00Z' }, 1],
    ['traceparent', { traceparent: `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01` }, 1],
    ['the order of members', { data: Object.fromEntries(Object.entries(EVENT.data).reverse()) }, 1],
    ['id', { id: 'another' }, 2],
    ['source', { source: '/another' }, 2],
    ['sequence', { sequence: '1' }, 2],
    ['data', { data: { ...EVENT.data, body: { resume_mode: 'auto' } } }, 2],
  ])('with another %s counts as %s', async (_what, over, count) => {
    expect(await deduplicationIds(EVENT, { ...EVENT, ...over })).toBe(count);
  });
});

describe('a batch', () => {
  const wrong = { ...EVENT, data: { ...EVENT.data, task_id: '/', colour: 'CANARY' } };

  it('is queued at once and in order, and answered with every name', async () => {
    const { post, queued } = createUnderTest();
    const changes = ['a', 'b', 'c'].map((id) => ({ ...EVENT, id }));
    expect((await post(changes)).body).toEqual({ changes: changes.map(({ id, source }) => ({ id, source })) });
    expect(queued.map((messages) => messages.map(({ body }) => JSON.parse(body).id))).toEqual([['a', 'b', 'c']]);
  });

  it('with one fault is not queued at all, and each problem names its place', async () => {
    const { post, queued } = createUnderTest();
    expect((await post([EVENT, wrong, EVENT, null])).body).toMatchObject({
      problems: [
        { path: '1.data.task_id' },
        { path: '1.data.colour', message: 'unknown field' },
        { path: '3', message: expect.any(String) },
      ],
    });
    expect(queued).toEqual([]);
  });

  it('of one names its place too, but a single change does not', async () => {
    const { post } = createUnderTest();
    expect((await post([wrong])).body).toMatchObject({ problems: [{ path: '0.data.task_id' }, {}] });
    expect((await post(wrong)).body).toMatchObject({ problems: [{ path: 'data.task_id' }, {}] });
  });

  it('full of faults gets a reply of limited size', async () => {
    const { post } = createUnderTest();
    const names = Object.fromEntries(Array.from({ length: 200 }, (_none, index) => [`a${index}`, 1]));
    const sms = { ...EVENT, type: 'migration.sms.task.update', data: { task_id: 'a', body: names } };
    const { status, body } = await post(Array(100).fill(sms));
    expect(status).toBe(400);
    expect((body as { problems: [] }).problems).toHaveLength(100);
    expect(JSON.stringify(body).length).toBeLessThan(64 * 1024);
  });
});

describe('a dependency of the webhook', () => {
  const REFUSED = new Error('CANARY');

  it('that fails is answered with 503 without its fault, which is kept for the log', async () => {
    const { dependencies, post } = createUnderTest();
    dependencies.enqueue = () => Promise.reject(REFUSED);
    expect(await post(EVENT)).toEqual({
      status: 503,
      type: 'application/problem+json',
      body: {
        type: 'urn:migration-relay:problem:queue-unavailable',
        title: 'Service Unavailable',
        status: 503,
        detail: 'The queue did not accept every change. Send the same request again.',
      },
      cause: REFUSED,
    });
  });

  it('that holds the secrets and fails is answered with 503, and nothing is queued unverified', async () => {
    const { dependencies, post, queued } = createUnderTest();
    dependencies.secrets = () => Promise.reject(REFUSED);
    const { status, body } = await post(EVENT);
    expect(status).toBe(503);
    expect(body).toMatchObject({ type: 'urn:migration-relay:problem:secrets-unavailable' });
    expect(JSON.stringify(body)).not.toContain('CANARY');
    expect(queued).toEqual([]);
  });
});
