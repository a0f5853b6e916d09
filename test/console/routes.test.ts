import { request } from 'node:http';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type StartedConsole, startConsole } from '../local/console/started-console.ts';

let served: StartedConsole;
let port: string;
beforeAll(async () => {
  served = await startConsole();
  ({ port } = new URL(served.url));
});
afterAll(() => served.close());

/** node:http, because fetch does not allow a Host or an Origin of one's own. */
async function call(method: string, path: string, headers: Record<string, string>, body = '') {
  const { promise, resolve, reject } = Promise.withResolvers<{
    status: number;
    headers: NodeJS.Dict<unknown>;
    body: string;
  }>();
  const filled = Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name, value.replace('PORT', port)]),
  );
  request(served.url + path, { method, headers: filled }, async (response) =>
    resolve({ status: response.statusCode ?? 0, headers: response.headers, body: await text(response) }),
  )
    .on('error', reject)
    .end(body);
  return promise;
}

const JSON_TYPE = { 'content-type': 'application/json' };
const POST = ['POST', '/console/problems'] as const;

describe('the console', () => {
  it.each([
    ['its own address', 'GET', '/', { host: '127.0.0.1:PORT' }, 200],
    ['its own name', 'GET', '/', { host: 'localhost:PORT' }, 200],
    ['its own address in IPv6', 'GET', '/console/menu', { host: '[::1]:PORT' }, 200],
    ['a name that was bent to this machine', 'GET', '/', { host: 'evil.example:PORT' }, 403],
    ['such a name on the data', 'GET', '/console/updates', { host: 'evil.example:PORT' }, 403],
    ['such a name on /healthz', 'GET', '/healthz', { host: 'evil.example' }, 403],
    ['another port', 'GET', '/', { host: '127.0.0.1:1' }, 403],
    ['a write of a program', ...POST, { ...JSON_TYPE }, 200],
    [
      'a write of its own page',
      ...POST,
      { ...JSON_TYPE, host: 'localhost:PORT', origin: 'http://localhost:PORT' },
      200,
    ],
    ['a write of another page', ...POST, { ...JSON_TYPE, origin: 'https://evil.example' }, 403],
    ['a write of a page without an origin', ...POST, { ...JSON_TYPE, origin: 'null' }, 403],
    ['a write of another port', ...POST, { ...JSON_TYPE, host: 'localhost:PORT', origin: 'http://localhost:1' }, 403],
    ['a form', ...POST, { 'content-type': 'application/x-www-form-urlencoded' }, 415],
    ['plain text', ...POST, { 'content-type': 'text/plain' }, 415],
    ['a write without a type', ...POST, {}, 415],
    ['a write that is read', 'GET', '/console/problems', {}, 404],
    ['a file beside the page', 'GET', '/page/../console.ts', {}, 404],
    ['a file above the page', 'GET', '/page/..%2fconsole.ts', {}, 404],
  ])('answers %s correctly', async (_name, method, path, headers, status) => {
    const body = method === 'POST' ? '{"text":"{}"}' : '';
    expect((await call(method, path, headers as Record<string, string>, body)).status).toBe(status);
  });

  it.each(['/', '/page/page.js', '/page/base.css', '/console/menu', '/page/preact.js'])(
    'serves %s so that it loads nothing from elsewhere and is not shown in a frame',
    async (path) => {
      const { status, headers } = await call('GET', path, {});
      expect(status).toBe(200);
      expect(headers['content-security-policy']).toContain("default-src 'self'; frame-ancestors 'none'");
      expect(headers['x-content-type-options']).toBe('nosniff');
      expect(headers['access-control-allow-origin']).toBeUndefined();
    },
  );

  it.each([
    ['a body that is not JSON', 'x', 400],
    ['a body that is no object', '7', 400],
    ['a body of another shape', '{"txt":1}', 404],
    ['a body of more than a megabyte', JSON.stringify({ text: 'x'.repeat(1_100_000) }), 413],
  ])('refuses %s', async (_name, body, status) => {
    expect((await call(...POST, JSON_TYPE, body)).status).toBe(status);
  });

  it('has no style, script or handler inside its HTML, which its policy would refuse', async () => {
    expect((await call('GET', '/', {})).body).not.toMatch(/<style|style=|<script>|onclick/i);
  });
});
