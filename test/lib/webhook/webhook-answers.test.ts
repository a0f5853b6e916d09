import { beforeEach, describe, expect, it, vi } from 'vitest';
import { createWebhook } from '../../../src/lib/webhook/webhook.ts';
import { ALL_OPERATIONS } from '../../support/relay-under-test.ts';
import { EVENT, NOW, SECRET, type Signing, signedRequest } from '../../support/signed-request.ts';

beforeEach(() => {
  vi.useFakeTimers({ now: NOW * 1000, toFake: ['Date'] });
  return () => vi.useRealTimers();
});

const services = new Set(['dcs', 'sms'] as const);
const validation = { operations: ALL_OPERATIONS, revision: '2026-01' as const, allowInlineSecrets: false };
const refuse = () => Promise.reject(new Error('nothing of this may be queued'));
const webhook = createWebhook({ secrets: async () => [SECRET], enqueue: refuse, validation, services });
/** Text that has 3 bytes when it arrives and 6 in the queue. */
const growing = (characters = 255) =>
  JSON.stringify({
    ...EVENT,
    type: 'migration.sms.task.update',
    dataschema: '2024-09',
    data: { task_id: 'a1', body: { sub_tasks: Array(240).fill({ name: '\uffff'.repeat(characters), progress: 1 }) } },
  });
const answerTo = async (given: Signing) => {
  const { status, body } = await webhook(signedRequest(given));
  return { status, ...body };
};

describe('what a sender is told', () => {
  it.each([
    ['an empty body', '', { path: '', message: 'must not be empty' }],
    ['bytes that are no UTF-8', Buffer.from([0x22, 0xff, 0x22]), { path: '', message: 'must be UTF-8' }],
    [
      'UTF-16',
      Buffer.from(`\ufeff${JSON.stringify(EVENT)}`, 'utf16le'),
      { path: '', message: 'must be UTF-8 but is UTF-16' },
    ],
    [
      'UTF-16 without a mark',
      Buffer.from(JSON.stringify(EVENT), 'utf16le'),
      { path: '', message: 'must be JSON: it looks like UTF-16 and must be UTF-8' },
    ],
    ['101 changes', JSON.stringify(Array(101).fill(EVENT)), { path: '', message: 'must hold at most 100 changes' }],
    [
      'what is too long only as the queue carries it',
      growing(),
      { path: '', message: 'must be at most 262144 bytes in the form in which it is queued' },
    ],
  ])('about %s', async (_what, body, only) => {
    expect(await answerTo({ body })).toMatchObject({ status: 400, problems: [only] });
  });

  it('about text that is not JSON: one problem', async () => {
    const { problems } = (await answerTo({ body: '{"a":' })) as { problems?: object[] };
    expect(problems).toEqual([
      { path: '', message: 'must be JSON: it ends too early, at line 1, column 6: expected a value' },
    ]);
  });

  it('when the secrets cannot be read: what to do', async () => {
    const away = createWebhook({ secrets: refuse, enqueue: refuse, validation, services });
    const { body } = await away(signedRequest());
    expect(body).toMatchObject({ detail: 'The request could not be verified now. Send it again.' });
  });

  it('about an empty batch, which is legal: that nothing is queued', async () => {
    const taking = createWebhook({
      secrets: async () => [SECRET],
      enqueue: async () => {},
      validation,
      services,
    });
    const headers = { 'content-type': 'application/cloudevents-batch+json' };
    expect(await taking(signedRequest({ body: '[]', headers }))).toMatchObject({ status: 202, body: { changes: [] } });
  });

  it('about a change that grows, but stays below the limit: that it was accepted', async () => {
    const taking = createWebhook({
      secrets: async () => [SECRET],
      enqueue: async () => {},
      validation,
      services,
    });
    expect((await taking(signedRequest({ body: growing(100) }))).status).toBe(202);
  });

  it('about a service that the cloud lacks: that no such change can be carried out; nothing of its batch is queued', async () => {
    const dcsOnly = createWebhook({
      secrets: async () => [SECRET],
      enqueue: refuse,
      validation,
      services: new Set(['dcs']),
    });
    const sms = { ...EVENT, type: 'migration.sms.task.act', data: { task_id: 'a', body: { operation: 'start' } } };
    const message = 'the cloud of this stage has no SMS, so this stage cannot carry out such a change';
    expect(await dcsOnly(signedRequest({ body: JSON.stringify(sms) }))).toMatchObject({
      status: 400,
      body: { problems: [{ path: 'type', message }] },
    });
    expect(await dcsOnly(signedRequest({ body: JSON.stringify([EVENT, sms]) }))).toMatchObject({
      status: 400,
      body: { problems: [{ path: '1.type', message }] },
    });
  });

  it('about an event of a relay: that it is not a change', async () => {
    expect(await answerTo({ body: JSON.stringify({ ...EVENT, source: 'migration-relay.prod' }) })).toMatchObject({
      status: 400,
      problems: [{ path: 'source', message: expect.stringMatching(/^must not be a relay/) }],
    });
  });

  it('about a missing member: that it is missing, without words of a library', async () => {
    expect(await answerTo({ body: JSON.stringify({ specversion: '1.0' }) })).toMatchObject({
      status: 400,
      problems: [
        { path: 'id', message: 'is missing' },
        { path: 'source', message: 'is missing' },
      ],
    });
  });
});
