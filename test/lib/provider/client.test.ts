import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { CredentialGate } from '../../../src/lib/provider/credential-gate.ts';
import type { Verdict } from '../../../src/lib/provider/credential-verdict.ts';
import { sign } from '../../../src/lib/provider/sign.ts';
import {
  AK_SK,
  httpServer,
  json,
  PROJECT,
  providerAt,
  type Reply,
  SMS_READ,
  summarize,
  UPDATE,
  USER,
} from '../http/servers.ts';

const NOW = Date.parse('2026-01-02T03:04:05Z');
const HOUR = 60 * 60_000;
const accept: Reply = (_request, response) => json(response, 200, {});
const refuse =
  (status: number, error_code: string, date = NOW): Reply =>
  (_request, response) =>
    json(response, status, { error_code }, { date: new Date(date).toUTCString() });

/** A gate that permits everything and records each credential and verdict. The first credential is called A. */
function openGate() {
  const names: string[] = [];
  const noted: string[] = [];
  const gate: CredentialGate = async (credential) => {
    if (!names.includes(credential)) names.push(credential);
    const name = 'ABC'.charAt(names.indexOf(credential));
    noted.push(`${name} enters`);
    return { report: async (verdict: Verdict) => void noted.push(`${name} is ${verdict}`) };
  };
  return { gate, noted, names };
}

/** A provider with such a gate. `secrets` are what is loaded first, and after each renewal. */
async function guarded(reply: Reply, ...secrets: object[]) {
  const { gate, noted, names } = openGate();
  const { origin, requests } = await httpServer(reply);
  let current: object = secrets[0] ?? AK_SK;
  let renewals = 0;
  const load = async (refresh: boolean) => {
    if (refresh) current = secrets[++renewals] ?? current;
    return JSON.stringify(current);
  };
  return { provider: providerAt(origin, { gate, load, clock: () => NOW }), requests, noted, names };
}

describe('the permit for a credential', () => {
  it.each<[string, Reply]>([
    ['a success', accept],
    ['a refusal of the change', refuse(400, 'DCS.4133')],
    ['a lack of rights', refuse(403, 'DCS.2003')],
    ['a fault of the service', refuse(500, 'DCS.5006')],
    ['a fault behind the gateway', refuse(502, 'APIGW.0201')],
    ["another's project", refuse(401, 'DCS.1004')],
  ])('is reported as accepted after %s', async (_what, reply) => {
    const { provider, noted } = await guarded(reply);
    await provider.send(UPDATE);
    expect(noted).toEqual(['A enters', 'A is accepted']);
  });

  it('is reported as refused after a refusal of the credential', async () => {
    const { provider, noted } = await guarded(refuse(401, 'APIGW.0301'));
    await provider.send(UPDATE);
    expect(noted).toEqual(['A enters', 'A is refused']);
  });

  it.each<[string, Reply]>([
    ['a limit of the gateway', refuse(429, 'APIGW.0308')],
    ['a bare 429', refuse(429, '')],
    ['a bare 500', refuse(500, '')],
    ['a bare 503', refuse(503, '')],
    [
      'a 503 in a coding that nobody asked for',
      (_request, response) => json(response, 503, {}, { 'content-encoding': 'br' }),
    ],
    ['a gateway without a token of its own', refuse(503, 'APIGW.0608')],
    ['a gateway whose IAM is down', refuse(503, 'APIGW.0613')],
  ])('is reported as unknown after %s, which may come before the credential is checked', async (_what, reply) => {
    const { provider, noted } = await guarded(reply);
    await provider.send(UPDATE);
    expect(noted).toEqual(['A enters', 'A is unknown']);
  });

  it.each([429, 503])('is reported as unknown after a %i of IAM', async (status) => {
    const { provider, noted } = await guarded(refuse(status, ''), USER);
    await provider.send(UPDATE);
    expect(noted).toEqual(['A enters', 'A is unknown']);
  });

  it('is reported as unknown when there was no reply', async () => {
    const { provider, noted } = await guarded((_request, response) => void response.socket?.destroy());
    await provider.send(UPDATE);
    expect(noted).toEqual(['A enters', 'A is unknown']);
  });

  it('is kept for the repeat with a corrected clock', async () => {
    const { provider, noted, requests } = await guarded((one, response, count) =>
      (count === 1 ? refuse(401, 'APIGW.0301', NOW + HOUR) : accept)(one, response, count),
    );
    expect(summarize(await provider.send(UPDATE))).toBe('ok 200');
    expect(noted).toEqual(['A enters', 'A is accepted']);
    expect(requests).toHaveLength(2);
  });

  it('is requested again when the credential was replaced, and both are reported', async () => {
    const { provider, noted } = await guarded(
      (one, response, count) => (count === 1 ? refuse(401, 'APIGW.0301') : accept)(one, response, count),
      AK_SK,
      { ...AK_SK, secret_key: 'Another' },
    );
    expect(summarize(await provider.send(UPDATE))).toBe('ok 200');
    expect(noted).toEqual(['A enters', 'B enters', 'A is refused', 'B is accepted']);
  });

  it('that cannot be reported does not change the answer', async () => {
    const { origin } = await httpServer(accept);
    const gate: CredentialGate = async () => ({ report: () => Promise.reject(new Error('away')) });
    expect(summarize(await providerAt(origin, { gate }).send(UPDATE))).toBe('ok 200');
  });

  it('that is refused keeps the request here, for the given time', async () => {
    const { origin, requests } = await httpServer(accept);
    const answer = await providerAt(origin, { gate: async () => ({ wait: 7000 }) }).send(UPDATE);
    expect(answer).toMatchObject({
      executed: 'no',
      circuitOpen: true,
      retryAfter: 7000,
      error: { code: 'credential_paused' },
    });
    expect(requests).toHaveLength(0);
  });

  it('that cannot be requested keeps the request here', async () => {
    const { origin, requests } = await httpServer(accept);
    const gate = () => Promise.reject(new Error('away'));
    expect(summarize(await providerAt(origin, { gate }).send(UPDATE))).toBe('credentials_unavailable, executed no');
    expect(requests).toHaveLength(0);
  });
});

describe('the name of a credential', () => {
  const another = { ...UPDATE, projectId: 'another' };
  const nameOf = (text: string) => `credential#${createHash('sha256').update(text).digest('hex').slice(0, 16)}`;

  it('is that of the secret if it is a key, whatever is called', async () => {
    const { provider, names } = await guarded(accept);
    for (const request of [UPDATE, another, SMS_READ]) await provider.send(request);
    expect(names).toEqual([nameOf(`${JSON.stringify(AK_SK)}\n`)]);
  });

  it('is that of the secret and the scope if it is a user, who may be refused for one scope alone', async () => {
    const { provider, names } = await guarded(accept, USER);
    for (const request of [UPDATE, another, SMS_READ]) await provider.send(request);
    const scopes = [{ project: { id: PROJECT } }, { project: { id: 'another' } }, { domain: { name: 'account' } }];
    expect(names).toEqual(scopes.map((scope) => nameOf(`${JSON.stringify(USER)}\n${JSON.stringify(scope)}`)));
  });
});

describe('a request that is sent', () => {
  const secret = { kind: 'ak-sk', access_key: 'AKEXAMPLE', secret_key: 'SkExample', domain_id: 'd' };

  it.each([
    ['a body', UPDATE],
    ['no body', { ...UPDATE, method: 'GET' as const, body: undefined }],
  ])('with %s has a signature of exactly that', async (_what, { body, ...request }) => {
    const { provider, requests } = await guarded(accept, secret);
    await provider.send({ ...request, ...(body !== undefined && { body }) });
    const [one] = requests;
    const { authorization, host = '' } = one?.headers ?? {};
    const headers = { host, 'content-type': 'application/json', 'x-project-id': PROJECT };
    const key = { accessKey: 'AKEXAMPLE', secretKey: 'SkExample', date: NOW };
    expect(authorization).toBe(
      sign({ method: request.method, path: request.path, headers, body, ...key }).authorization,
    );
    expect(one).toMatchObject({ method: request.method, url: request.path, body: body ?? '' });
  });

  it('accepts JSON and names its sender', async () => {
    const { provider, requests } = await guarded(accept);
    await provider.send(UPDATE);
    expect(requests[0]?.headers).toMatchObject({
      ...{ accept: 'application/json', 'accept-encoding': 'identity', 'user-agent': 'migration-relay' },
    });
  });

  it.each([
    ['DCS without a project', { ...UPDATE, projectId: undefined }, 'content-type;host;x-sdk-date'],
    ['SMS, which has no project', { ...SMS_READ, projectId: PROJECT }, 'content-type;host;x-domain-id;x-sdk-date'],
  ])('names no project for %s', async (_what, { projectId, ...request }, signed) => {
    const { provider, requests } = await guarded(accept, secret);
    await provider.send({ ...request, ...(projectId !== undefined && { projectId }) });
    expect(requests[0]?.headers['x-project-id']).toBeUndefined();
    expect(requests[0]?.headers.authorization).toContain(`SignedHeaders=${signed},`);
  });

  it('is none if no time is left, and then no credential is read', async () => {
    const { origin, requests } = await httpServer(accept);
    const provider = providerAt(origin, { load: () => new Promise<string>(() => {}) });
    expect(summarize(await provider.send({ ...UPDATE, deadline: 0 }))).toBe('not_sent_in_time, executed no');
    expect(requests).toHaveLength(0);
  });
});
