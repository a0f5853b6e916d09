import { describe, expect, it } from 'vitest';
import type { ValidChange } from '../../../src/lib/change/validate.ts';
import type { JsonObject } from '../../../src/lib/json/exact-json.ts';
import { createProvider } from '../../../src/lib/provider/client.ts';
import { sign } from '../../../src/lib/provider/sign.ts';
import { startLedgerTable } from '../../support/ledger-table.ts';
import { useRelays } from '../../support/relay-fixture.ts';
import { createRelayUnderTest, DOMAIN, PROJECT } from '../../support/relay-under-test.ts';
import { sdkCaller } from '../../support/sdk.ts';
import type { SdkCall } from '../../support/sdk-caller.ts';
import { type SdkFact, sdkCall, sdkFact, sdkRead } from '../../support/sdk-facts.ts';
import { DIFFERENCES, SDK_SAMPLES, type SdkSample, sdkBody } from '../../support/sdk-input.ts';
import { type SignedRequest, sdkAuthorization, signedNames } from '../../support/sdk-signer.ts';
import { OPERATIONS } from '../operations/judging.ts';

const callWithSdk = sdkCaller();
const relays = useRelays();
const key = { ak: 'AKTEST', sk: 'SECRET-KEY-CANARY' };

/** Delivers a sample whose request is lost, so that the relay reads the task or the list, and gives all that it sends. */
async function sentByRelay({ text }: SdkSample): Promise<SignedRequest[]> {
  const { provider } = relays;
  const table = await startLedgerTable();
  const relay = createRelayUnderTest(table, provider);
  const lost = { cut: true } as const;
  // Each list is read twice, because it has two pages.
  const reads = [page('a'), page('b'), page('a'), page('b')];
  provider.play({ GET: [...reads, ...reads], PUT: lost, POST: lost, DELETE: lost });
  await relay.deliverBack(text);
  relay.pass(relay.times.lease + 1);
  await relay.deliver(text).catch(() => undefined);
  await relay.stop();
  await table.stop();
  return [...provider.received];
}

/** A reply that shows a task, and one of two pages of a list. */
const page = (id: string) => ({
  status: 200,
  body: { id, task_id: id, status: 'RUNNING', count: 2, tasks: [{ id }], migration_tasks: [{ task_id: id }] },
});

/** The call of the SDK that asks for the same as a request of the relay. */
function asSdkCall(sample: SdkSample, { method, path }: SignedRequest): SdkCall {
  const { data, change } = sample;
  const { service, call } = change.operation;
  const base = { url: relays.provider.url, key, ...scopeOf(sample) };
  if (method === 'GET') return { ...base, ...asSdkRead(sample, path) };
  const fact = sdkFact(service, call);
  if (!fact) throw new Error(`no fact of the SDK for ${method} ${path}`);
  const { body: _, ...ids } = data;
  return { ...base, ...sdkCall(fact, ids as Record<string, string>, { body: sdkBody(sample, fact.body) }) };
}

/** The read of the SDK that has a path. What it asks for must stand in the change, but for the place in the list. */
function asSdkRead({ change, text }: SdkSample, path: string) {
  const [name = '', parameters] = path.split('?');
  const read = sdkRead(change.operation.service, name);
  if (!read) throw new Error(`no read of the SDK for ${path}`);
  const query = [...new URLSearchParams(parameters)].filter(([parameter]) => read.fact.query.includes(parameter));
  const wanted = query.filter(([parameter]) => parameter !== 'limit' && parameter !== 'offset');
  for (const value of [...Object.values(read.ids), ...wanted.map(([, one]) => one)])
    expect(text).toContain(`"${value}"`);
  return sdkCall(read.fact, read.ids, { query: Object.fromEntries(query) });
}

const scopeOf = ({ change, data }: SdkSample) =>
  change.operation.service === 'dcs' ? { projectId: String(data.project_id) } : { domainId: DOMAIN };

async function sentBySdk(calls: SdkCall[]): Promise<SignedRequest[]> {
  const ok = { status: 200 };
  relays.provider.play({ GET: ok, PUT: ok, POST: ok, DELETE: ok });
  await callWithSdk(...calls);
  return [...relays.provider.received];
}

const HEADERS = [
  'accept',
  'content-type',
  'transfer-encoding',
  'x-project-id',
  'x-domain-id',
  'x-security-token',
  'expect',
];

/** What a request says. Members and parameters may be in any order. */
const meaningOf = (request: SignedRequest) => {
  const { method, path, body, headers } = request;
  const [name, query] = path.split('?');
  return {
    ...{ method, path: name, query: Object.fromEntries(new URLSearchParams(query)) },
    body: body === '' ? 'none' : JSON.parse(body),
    headers: Object.fromEntries(HEADERS.map((header) => [header, headers[header]])),
    hasLength: headers['content-length'] !== undefined,
    signed: signedNames(request),
  };
};

const MARK = / ?\[relay:[0-9a-f]{16}\]$/;
/** A request without the mark by which the relay finds what it created. */
function withoutMark({ body, ...meaning }: ReturnType<typeof meaningOf>) {
  const { description, ...rest } = body;
  expect(description).toMatch(MARK);
  const own = description.replace(MARK, '');
  return { ...meaning, body: own === '' ? rest : { ...rest, description: own } };
}
const isMarked = ({ method }: SignedRequest, { operation }: ValidChange) =>
  method === 'POST' && operation.service === 'dcs' && operation.createdIn !== undefined;

/** The Authorization header that the relay's signer makes for a received request. */
function ourAuthorization(request: SignedRequest): string | undefined {
  const { method, path, body } = request;
  const headers = Object.fromEntries(signedNames(request).map((name) => [name, String(request.headers[name])]));
  const time = String(headers['x-sdk-date']).replace(/^(....)(..)(..)T(..)(..)(..)Z$/, '$1-$2-$3T$4:$5:$6Z');
  return sign({ method, path, headers, body, accessKey: key.ak, secretKey: key.sk, date: Date.parse(time) })
    .authorization;
}

describe.each(OPERATIONS)('%s', (_name, operation) => {
  const own = SDK_SAMPLES.filter(({ change }) => change.operation === operation);

  it.each(own)('leaves the relay as it leaves the official SDK: $file, and its reads', async (sample) => {
    const ours = await sentByRelay(sample);
    expect(ours.filter(({ method }) => method === operation.method).length).toBeGreaterThan(0);
    expect(ours.filter(({ method }) => method === 'GET').length).toBeGreaterThan(0);
    const theirs = await sentBySdk(ours.map((request) => asSdkCall(sample, request)));
    const meanings = ours.map((request) => {
      const meaning = meaningOf(request);
      return isMarked(request, sample.change) ? withoutMark(meaning) : meaning;
    });
    expect(meanings).toEqual(theirs.map(meaningOf));
    for (const request of ours) expect(sdkAuthorization(request, key)).toBe(request.headers.authorization);
    for (const request of theirs) expect(ourAuthorization(request)).toBe(request.headers.authorization);
  });
});

it.each(Object.entries(DIFFERENCES))('%s has a sample that shows the difference', (call, { apply }) => {
  const own = SDK_SAMPLES.filter(({ change }) => change.operation.call === call);
  const differ = own.filter(({ data, change }) => {
    const body = (data.body ?? {}) as JsonObject;
    return JSON.stringify(apply(body, change)) !== JSON.stringify(body);
  });
  expect(differ.length).toBeGreaterThan(0);
});

it.each([
  ['dcs', 'ShowMigrationTask', `/v2/${PROJECT}/migration-task/t1`, { projectId: PROJECT }],
  ['sms', 'ShowTask', '/v3/tasks/t1', { domainId: DOMAIN }],
] as const)('a temporary key makes a call of %s leave the relay as it leaves the official SDK', async (...given) => {
  const [service, call, path, scope] = given;
  const { provider } = relays;
  const secret = { kind: 'ak-sk', access_key: key.ak, secret_key: key.sk, security_token: 'TOKEN', domain_id: DOMAIN };
  const endpoints = { dcs: provider.url, sms: provider.url, iam: provider.url };
  const client = createProvider({ endpoints, load: async () => JSON.stringify(secret) });
  provider.play({ GET: { status: 200 } });
  await client.send({ service, method: 'GET', path, deadline: 5000, ...scope });
  await client.close();
  const temporary = { ...key, securityToken: 'TOKEN' };
  const fact = sdkFact(service, call) as SdkFact;
  await callWithSdk({ url: provider.url, key: temporary, ...scope, ...sdkCall(fact, { task_id: 't1' }) });
  const [ours, theirs] = provider.received as [SignedRequest, SignedRequest];
  expect(meaningOf(ours)).toEqual(meaningOf(theirs));
  expect(sdkAuthorization(ours, key)).toBe(ours.headers.authorization);
  expect(ourAuthorization(theirs)).toBe(theirs.headers.authorization);
});
