import type { ServerResponse } from 'node:http';
import { describe, expect, it } from 'vitest';
import type { ProviderClient } from '../../../src/lib/provider/client.ts';
import {
  httpServer,
  json,
  PROJECT,
  providerAt,
  type ReceivedRequest,
  SMS_READ,
  summarize,
  UPDATE,
  USER,
} from '../http/servers.ts';

const NOW = Date.parse('2026-01-02T00:00:00Z');
const DAY = 24 * 60 * 60_000;
type Serve = (request: ReceivedRequest, response: ServerResponse, token: number) => void;

/** A cloud whose IAM issues token-1, token-2, ...; `serve` answers the other calls. */
async function cloud(
  serve: Serve = (_request, response) => json(response, 200, {}),
  issue: Serve = issueToken,
  secret: object = USER,
) {
  let issued = 0;
  let now = NOW;
  let stored = secret;
  let cached = secret;
  const loads: boolean[] = [];
  const { origin, requests } = await httpServer((one, response) =>
    one.url.startsWith('/v3/auth/tokens') ? issue(one, response, ++issued) : serve(one, response, issued),
  );
  const provider: ProviderClient = providerAt(origin, {
    clock: () => now,
    random: () => 0.5,
    load: async (refresh) => {
      loads.push(refresh);
      if (refresh) cached = stored;
      return JSON.stringify(cached);
    },
  });
  return {
    provider,
    loads,
    iam: () => requests.filter(({ url }) => url.startsWith('/v3/auth/tokens')),
    calls: () => requests.filter(({ url }) => !url.startsWith('/v3/auth/tokens')),
    advance: (by: number) => {
      now += by;
    },
    rotate: (next: object, when?: 'at once') => {
      stored = next;
      if (when) cached = next;
    },
  };
}

function issueToken(_seen: ReceivedRequest, response: ServerResponse, count: number): void {
  const token = { expires_at: '2026-01-03T00:00:00.000000Z', issued_at: '2026-01-02T00:00:00.000000Z' };
  json(response, 201, { token }, { 'x-subject-token': `token-${count}` });
}

const refuse =
  (status: number, error_code: string | number): Serve =>
  (requests, response, token) =>
    requests.headers['x-auth-token'] === 'token-1'
      ? json(response, status, { error_code })
      : json(response, 200, { token });

describe('a token', () => {
  it('is requested with the password, for the project of the path, and without the catalogue', async () => {
    const { provider, iam, calls } = await cloud();
    expect(summarize(await provider.send(UPDATE))).toBe('ok 200');
    expect(iam()[0]).toMatchObject({ method: 'POST', url: '/v3/auth/tokens?nocatalog=true' });
    expect(JSON.parse(iam()[0]?.body ?? '')).toEqual({
      auth: {
        identity: {
          methods: ['password'],
          password: { user: { name: 'mover', password: 'pass word é', domain: { name: 'account' } } },
        },
        scope: { project: { id: PROJECT } },
      },
    });
    expect(iam()[0]?.headers).toMatchObject({
      accept: 'application/json',
      'content-type': 'application/json;charset=utf8',
      'accept-encoding': 'identity',
    });
    expect(calls()[0]?.headers['x-auth-token']).toBe('token-1');
    expect(calls()[0]?.headers.authorization).toBeUndefined();
  });

  it.each([
    ['the account for want of a project', USER, { domain: { name: 'account' } }],
    ['the project of the credential', { ...USER, project_id: 'p' }, { project: { id: 'p' } }],
    ['the account that it is set to', { ...USER, scope: 'domain', project_id: 'p' }, { domain: { name: 'account' } }],
    ['the project that it is set to', { ...USER, scope: 'project', project_id: 'p' }, { project: { id: 'p' } }],
  ])('for SMS is for %s', async (_what, secret, scope) => {
    const { provider, iam } = await cloud(undefined, undefined, secret);
    await provider.send(SMS_READ);
    expect(JSON.parse(iam()[0]?.body ?? '').auth.scope).toEqual(scope);
  });

  it('for SMS is not for a project that a change names', async () => {
    const { provider, iam } = await cloud();
    await provider.send({ ...SMS_READ, projectId: PROJECT });
    expect(JSON.parse(iam()[0]?.body ?? '').auth.scope).toEqual({ domain: { name: 'account' } });
  });

  it('is kept per scope until 10 to 15 minutes before it expires', async () => {
    const { provider, iam, advance } = await cloud();
    await provider.send(UPDATE);
    await provider.send({ ...UPDATE, projectId: 'another' });
    expect(iam()).toHaveLength(2);
    advance(DAY - 16 * 60_000);
    await provider.send(UPDATE);
    expect(iam()).toHaveLength(2);
    advance(4 * 60_000);
    await provider.send(UPDATE);
    expect(iam()).toHaveLength(3);
  });

  it('is renewed at exactly that time', async () => {
    const { provider, iam, advance } = await cloud();
    await provider.send(UPDATE);
    advance(DAY - 12.5 * 60_000 - 1);
    await provider.send(UPDATE);
    expect(iam()).toHaveLength(1);
    advance(1);
    await provider.send(UPDATE);
    expect(iam()).toHaveLength(2);
  });

  it('with a short life is kept for half of it', async () => {
    const expires_at = new Date(NOW + 8 * 60_000).toISOString();
    const { provider, iam, advance } = await cloud(undefined, (_request, response, count) =>
      json(response, 201, { token: { expires_at } }, { 'x-subject-token': `token-${count}` }),
    );
    await provider.send(UPDATE);
    advance(4 * 60_000 - 1);
    await provider.send(UPDATE);
    expect(iam()).toHaveLength(1);
    advance(1);
    await provider.send(UPDATE);
    expect(iam()).toHaveLength(2);
  });

  it('of a new password is kept after a late refusal of the old one', async () => {
    let refuseOld = (): void => {};
    const { provider, iam, calls, rotate } = await cloud(refuse(401, 'APIGW.0307'), (requests, response, count) => {
      if (requests.body.includes('new password')) return issueToken(requests, response, count);
      refuseOld = () => json(response, 403, { error_code: 'IAM.0002' });
    });
    const late = provider.send(UPDATE);
    while (iam().length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    rotate({ ...USER, password: 'new password' }, 'at once');
    expect(summarize(await provider.send(UPDATE))).toBe('ok 200');
    refuseOld();
    expect(summarize(await late)).toBe('IAM.0002, executed no');
    expect(summarize(await provider.send(UPDATE))).toBe('ok 200');
    expect({ iam: iam().length, calls: calls().length }).toEqual({ iam: 2, calls: 2 });
  });

  it('is fetched once for many requests at the same time', async () => {
    const { provider, iam, calls } = await cloud();
    await Promise.all(Array.from({ length: 8 }, () => provider.send(UPDATE)));
    expect({ iam: iam().length, calls: calls().length }).toEqual({ iam: 1, calls: 8 });
  });

  it.each([
    [401, 'APIGW.0307'],
    [401, 'APIGW.0301'],
    [401, 'DCS.1001'],
    [401, 'DCS.1002'],
    [401, 'DCS.1003'],
    [401, 111401002],
    [400, 'SMS.6521'],
    [400, 'SMS.6522'],
  ])('refused with %i %s is replaced, and the request repeated once', async (status, code) => {
    const { provider, iam, calls } = await cloud(refuse(status, code));
    expect(summarize(await provider.send(UPDATE))).toBe('ok 200');
    expect({ iam: iam().length, calls: calls().length }).toEqual({ iam: 2, calls: 2 });
  });

  it('refused twice is final', async () => {
    const { provider, iam, calls } = await cloud((_request, response) =>
      json(response, 401, { error_code: 'APIGW.0307' }),
    );
    expect(summarize(await provider.send(UPDATE))).toBe('APIGW.0307, executed no');
    expect({ iam: iam().length, calls: calls().length }).toEqual({ iam: 2, calls: 2 });
  });

  it.each([
    [401, 'DCS.1004'],
    [403, 'DCS.3003'],
    [400, 'DCS.4063'],
  ])('is not replaced for %i %s', async (status, code) => {
    const { provider, iam, calls } = await cloud(refuse(status, code));
    expect(summarize(await provider.send(UPDATE))).toBe(`${code}, executed no`);
    expect({ iam: iam().length, calls: calls().length }).toEqual({ iam: 1, calls: 1 });
  });

  it('that failed is replaced once for all requests that used it', async () => {
    const { provider, iam } = await cloud(refuse(401, 'APIGW.0307'));
    const answers = await Promise.all(Array.from({ length: 8 }, () => provider.send(UPDATE)));
    expect(answers.map(summarize)).toEqual(Array(8).fill('ok 200'));
    expect(iam()).toHaveLength(2);
  });

  it('that failed is replaced for all requests that used it, even if they learn it before a new one is fetched', async () => {
    const { origin } = await httpServer((requests, response, count) =>
      requests.url.startsWith('/v3/auth/tokens')
        ? issueToken(requests, response, count)
        : refuse(401, 'APIGW.0307')(requests, response, count),
    );
    const load = () => new Promise<string>((resolve) => setTimeout(() => resolve(JSON.stringify(USER)), 40));
    const provider = providerAt(origin, { clock: () => NOW, load });
    const answers = await Promise.all([provider.send(UPDATE), provider.send(UPDATE)]);
    expect(answers.map(summarize)).toEqual(['ok 200', 'ok 200']);
  });

  it('as long as the manual allows is accepted', async () => {
    const long = 't'.repeat(16_384);
    const { provider, calls } = await cloud(undefined, (_request, response) =>
      json(response, 201, { token: { expires_at: '2026-01-03T00:00:00Z' } }, { 'x-subject-token': long }),
    );
    expect((await provider.send(UPDATE)).ok).toBe(true);
    expect(calls()[0]?.headers['x-auth-token']).toBe(long);
  });
});

describe("IAM's refusal", () => {
  it.each([
    [
      'a wrong password',
      401,
      { error: { code: 401, message: 'x', title: 'Unauthorized' } },
      'iam_http_401',
      'unauthenticated',
    ],
    ['a locked account', 401, { error_code: 'IAM.0061', error_msg: 'x' }, 'IAM.0061', 'unauthenticated'],
    ['a wrong body', 400, { error_code: 'IAM.0011', error_msg: 'x' }, 'IAM.0011', 'unauthenticated'],
    ['an unknown account', 404, { error: { code: 404, message: 'x' } }, 'iam_http_404', 'unauthenticated'],
    ['a conflict', 409, {}, 'iam_http_409', 'unauthenticated'],
    ['no right', 403, { error_code: 'IAM.0002' }, 'IAM.0002', 'forbidden'],
    ['too many calls', 429, { error_code: 'IAM.0012' }, 'IAM.0012', 'throttled'],
    ['a fault', 500, {}, 'iam_http_500', 'service_error'],
    ['an outage', 503, '<html>', 'iam_http_503', 'service_error'],
    ['a redirect', 302, {}, 'iam_redirect_refused', 'unknown'],
  ])('for %s means that nothing was executed', async (_what, status, body, code, what) => {
    const { provider, iam, calls } = await cloud(undefined, (_request, response) => json(response, status, body));
    const answer = await provider.send(UPDATE);
    expect(answer).toMatchObject({ ok: false, executed: 'no', error: { code, class: what } });
    expect(answer).not.toMatchObject({ error: { remedy: 'reconcile' } });
    expect({ iam: iam().length, calls: calls().length }).toEqual({ iam: 1, calls: 0 });
  });

  it.each([
    ['no token', {}, { token: { expires_at: '2026-01-03T00:00:00Z' } }],
    ['no end', { 'x-subject-token': 't' }, { token: {} }],
    ['an end in the past', { 'x-subject-token': 't' }, { token: { expires_at: '2025-01-03T00:00:00Z' } }],
    ['an end now', { 'x-subject-token': 't' }, { token: { expires_at: new Date(NOW).toISOString() } }],
    ['an end that is a number', { 'x-subject-token': 't' }, { token: { expires_at: 2027 } }],
    ['no object', { 'x-subject-token': 't' }, []],
    ['no token object', { 'x-subject-token': 't' }, { token: '2026-01-03T00:00:00Z' }],
    ['a blank in the token', { 'x-subject-token': 't t' }, { token: { expires_at: '2026-01-03T00:00:00Z' } }],
    [
      'a token beyond its length',
      { 'x-subject-token': 't'.repeat(16_385) },
      { token: { expires_at: '2026-01-03T00:00:00Z' } },
    ],
  ])('is assumed for a reply with %s', async (_what, headers, body) => {
    const { provider, calls } = await cloud(undefined, (_request, response) =>
      json(response, 201, body, { ...headers }),
    );
    expect(summarize(await provider.send(UPDATE))).toBe('token_unreadable, executed no');
    expect(calls()).toHaveLength(0);
  });

  it('says that IAM was asked, and is not repeated', async () => {
    const { provider } = await cloud(undefined, (_request, response) => json(response, 503, {}));
    expect(await provider.send(UPDATE)).toMatchObject({
      unasked: true,
      error: {
        class: 'service_error',
        code: 'iam_http_503',
        remedy: 'later',
        message: 'IAM, asked for a token: no code of the provider explains this HTTP status',
        advice: "Nothing to do yet: the relay tries again; ask the provider's support if it persists.",
      },
    });
  });

  it.each([
    [400, 'IAM.0011', /^Check the credential of the stage at the provider: its user or key, its account /],
    [404, undefined, /^Check providerRegion and the endpoints of the stage: /],
    [302, undefined, /^Look up the code in the provider's manual\.$/],
  ])('with %i %s gets advice about its meaning for the relay', async (status, error_code, advice) => {
    const { provider } = await cloud(undefined, (_request, response) => json(response, status, { error_code }));
    expect(await provider.send(UPDATE)).toMatchObject({ error: { advice: expect.stringMatching(advice) } });
  });

  it('is not cached', async () => {
    const { provider } = await cloud(undefined, (requests, response, count) =>
      count === 1 ? json(response, 500, {}) : issueToken(requests, response, count),
    );
    expect(summarize(await provider.send(UPDATE))).toBe('iam_http_500, executed no');
    expect(summarize(await provider.send(UPDATE))).toBe('ok 200');
  });

  it('of the password is repeated once with a rotated secret', async () => {
    const { provider, iam, loads, rotate } = await cloud(undefined, (requests, response, count) =>
      requests.body.includes('new password')
        ? issueToken(requests, response, count)
        : json(response, 401, { error_code: 'IAM.0001' }),
    );
    expect(summarize(await provider.send(UPDATE))).toBe('IAM.0001, executed no');
    expect({ iam: iam().length, loads }).toEqual({ iam: 1, loads: [false, true] });
    rotate({ ...USER, password: 'new password' });
    expect(summarize(await provider.send(UPDATE))).toBe('ok 200');
    expect(iam()).toHaveLength(3);
  });
});
