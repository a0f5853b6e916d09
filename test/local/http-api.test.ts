import { request } from 'node:http';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Api, startApi } from '../../local/http/api.ts';
import type { Invocation } from '../../stand-ins/lambda/batch-response.ts';

interface Event {
  headers: Record<string, string>;
  body?: string;
  isBase64Encoded: boolean;
  [name: string]: unknown;
}

let api: Api;
let received: Event;
let answer: Invocation;
beforeAll(async () => {
  const invoke = async (event: unknown) => {
    received = event as Event;
    return answer;
  };
  api = await startApi([{ key: 'POST /changes', invoke }], 0, () => ({ status: 'ok' }));
});
afterAll(() => api.close());

interface Call {
  method?: string;
  path?: string;
  headers?: Record<string, string | string[]>;
  body?: string | Buffer;
}
const succeed = (result: unknown) => {
  answer = { ok: true, payload: JSON.stringify(result) };
};

/** node:http, because fetch allows neither a Host of one's own nor a header twice. */
async function call({ method = 'POST', path = '/changes', headers = {}, body = '' }: Call) {
  const { promise, resolve, reject } = Promise.withResolvers<Response_>();
  const sent = request(api.url + path, { method, headers }, async (response) => {
    resolve({ status: response.statusCode ?? 0, headers: response.headers, body: await text(response) });
  });
  sent.on('error', reject).end(body);
  return promise;
}
type Response_ = { status: number; headers: NodeJS.Dict<string | string[]>; body: string };

describe('the event of a request', () => {
  it('has payload version 2.0, route, path, query and the request in its context', async () => {
    succeed(null);
    await call({ path: '/changes?a=1&a=2&b=%20', headers: { cookie: 'x=1; y=2', 'user-agent': 'test' } });
    expect(received).toMatchObject({
      version: '2.0',
      routeKey: 'POST /changes',
      rawPath: '/changes',
      rawQueryString: 'a=1&a=2&b=%20',
      queryStringParameters: { a: '1,2', b: ' ' },
      cookies: ['x=1', 'y=2'],
      requestContext: { stage: '$default', http: { method: 'POST', path: '/changes', userAgent: 'test' } },
    });
    expect(received.headers.cookie).toBeUndefined();
  });

  it('joins headers that come twice, under their names in lower case', async () => {
    await call({ headers: { 'Webhook-Id': ['one', 'two'] } });
    expect(received.headers['webhook-id']).toBe('one,two');
  });

  it.each([
    ['JSON', 'application/json', '{"a":"ü"}', false],
    ['JSON with a charset', 'application/json; charset=utf-8', '{}', false],
    ['a CloudEvent', 'application/cloudevents+json', '{}', false],
    ['text', 'text/plain', 'x', false],
    ['bytes', 'application/octet-stream', '{}', true],
    ['a form', 'application/x-www-form-urlencoded', 'a=1', true],
    ['JSON that is no UTF-8', 'application/json', Buffer.from([0x22, 0xff, 0x22]), true],
  ])('has %s without losing a byte', async (_name, type, body, isBase64Encoded) => {
    await call({ headers: { 'content-type': type }, body });
    expect(received.isBase64Encoded).toBe(isBase64Encoded);
    expect(Buffer.from(received.body ?? '', isBase64Encoded ? 'base64' : 'utf8')).toEqual(Buffer.from(body));
  });

  it('has a compressed body as base64', async () => {
    await call({ headers: { 'content-type': 'application/json', 'content-encoding': 'gzip' }, body: '{}' });
    expect(received.isBase64Encoded).toBe(true);
  });

  it('has no body if none was sent', async () => {
    await call({});
    expect(received).not.toHaveProperty('body');
  });
});

describe('the reply to a request', () => {
  it('is the status, headers, cookies and body of a structured answer', async () => {
    succeed({ statusCode: 202, headers: { 'X-Answer': 1 }, cookies: ['a=1', 'b=2'], body: 'yes' });
    const reply = await call({});
    expect(reply).toMatchObject({ status: 202, body: 'yes' });
    expect(reply.headers).toMatchObject({ 'x-answer': '1', 'set-cookie': ['a=1', 'b=2'] });
  });

  it('decodes a body in base64', async () => {
    succeed({ statusCode: 200, body: Buffer.from('ü').toString('base64'), isBase64Encoded: true });
    expect((await call({})).body).toBe('ü');
  });

  it('is status 200 and the answer itself where it has no statusCode', async () => {
    succeed({ done: true });
    expect(await call({})).toMatchObject({ status: 200, body: '{"done":true}' });
  });

  it.each([
    ['500 for a function that throws', 'Error', 500],
    ['503 for a function that takes too long', 'Sandbox.Timedout', 503],
  ])('is %s', async (_name, type, status) => {
    answer = { ok: false, type, message: 'with a secret' };
    const reply = await call({});
    expect(reply.status).toBe(status);
    expect(reply.body).not.toContain('secret');
  });

  it('is 404 for another path or method, 413 beyond 10 MB, 431 beyond 10,240 bytes of headers', async () => {
    succeed(null);
    expect((await call({ path: '/changes/' })).status).toBe(404);
    expect((await call({ method: 'GET' })).status).toBe(404);
    expect((await call({ body: Buffer.alloc(10 * 1024 * 1024) })).status).toBe(200);
    expect((await call({ body: Buffer.alloc(10 * 1024 * 1024 + 1) })).status).toBe(413);
    expect((await call({ headers: { 'x-long': 'x'.repeat(10_240) } })).status).toBe(431);
  });

  it('is 403 for a name that is not this machine, on every path', async () => {
    expect((await call({ headers: { host: 'rebound.example' } })).status).toBe(403);
    expect((await call({ method: 'GET', path: '/healthz', headers: { host: 'rebound.example' } })).status).toBe(403);
    expect((await call({ method: 'GET', path: '/healthz' })).body).toBe('{"status":"ok"}');
  });
});
