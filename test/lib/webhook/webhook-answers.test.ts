import { beforeEach, describe, expect, it, vi } from 'vitest';
import { createWebhook } from '../../../src/lib/webhook/webhook.ts';
import { ALL_OPERATIONS } from '../../support/relay-under-test.ts';
import { EVENT, NOW, SECRET, type Signing, signedRequest } from '../../support/signed-request.ts';

beforeEach(() => {
  vi.useFakeTimers({ now: NOW * 1000, toFake: ['Date'] });
  return () => vi.useRealTimers();
});

const intake = { operations: ALL_OPERATIONS, revision: '2026-01' as const, allowInlineSecrets: false };
const refuse = () => Promise.reject(new Error('nothing of this may be queued'));
const webhook = createWebhook({ secrets: async () => [SECRET], enqueue: refuse, intake });
const answerTo = async (given: Signing) => {
  const { status, body } = await webhook(signedRequest(given));
  return { status, ...body };
};

describe('what a sender is told', () => {
  it.each([
    ['an empty body', '', { path: '', message: 'must not be empty' }],
    ['bytes that are no UTF-8', Buffer.from([0x22, 0xff, 0x22]), { path: '', message: 'must be UTF-8' }],
    ['an empty batch', '[]', { path: '', message: 'must hold 1 to 100 changes' }],
    ['101 changes', JSON.stringify(Array(101).fill(EVENT)), { path: '', message: 'must hold 1 to 100 changes' }],
  ])('of %s', async (_what, body, only) => {
    expect(await answerTo({ body })).toMatchObject({ status: 400, problems: [only] });
  });

  it('of text that is no JSON, by one problem with words', async () => {
    const { problems } = (await answerTo({ body: '{"a":' })) as { problems?: object[] };
    expect(problems).toEqual([{ path: '', message: 'must be JSON' }]);
  });

  it('when the secrets are away: what to do', async () => {
    const away = createWebhook({ secrets: refuse, enqueue: refuse, intake });
    const { body } = await away(signedRequest());
    expect(body).toMatchObject({ detail: 'The request could not be verified now; send it again.' });
  });
});
