import { request } from 'node:http';
import { describe, expect, it } from 'vitest';
import { DCS_TASK, ONLINE, SET_ONLINE, SMS_TASK, start, TASK } from './calling.ts';

const set = { method: 'POST', path: SET_ONLINE, body: ONLINE };
const show = { method: 'GET', path: DCS_TASK };
const rename = { method: 'PUT', path: SMS_TASK, body: { name: 'renamed' } };

describe('a reply of one’s own', () => {
  const failed = { id: TASK, name: 'n', status: 'FAILED', error: 'the source is away' };

  it.each([
    ['before', 0],
    ['after', 1],
  ])('takes the place of the reply to a call with a fault %s its effect', async (when, times) => {
    const { signed, control, simulator } = await start();
    await control('POST', 'faults', { when, body: failed });
    const { status, body, headers } = await signed(set);
    expect({ status, body, contentType: headers.get('content-type') }).toEqual({
      status: 200,
      body: failed,
      contentType: 'application/json;charset=UTF-8',
    });
    expect(simulator.log().filter(({ kind }) => kind === 'applied')).toHaveLength(times);
    expect(simulator.log().at(-1)).toMatchObject({ kind: 'answered', status: 200, reply: failed });
  });

  it.each([
    [
      'an error under a 200',
      { error_code: 'DCS.5000', error_msg: 'x' },
      200,
      '{"error_code":"DCS.5000","error_msg":"x"}',
    ],
    ['numbers digit for digit', '{"n":9223372036854775807}', 200, '{"n":9223372036854775807}'],
    ['null', null, 200, 'null'],
    ['a number', 7, 200, '7'],
    ['an array', [], 202, '[]'],
    ['text, as it stands', '"success"', 200, '"success"'],
    ['nothing at all', '', 201, ''],
    ['an unknown code', { error_code: 'EPS.0004' }, 403, '{"error_code":"EPS.0004"}'],
  ])('may be %s', async (_what, body, status, text) => {
    const { signed, control } = await start();
    await control('POST', 'faults', { body, status });
    expect(await signed(rename)).toMatchObject({ status, text });
  });

  it('keeps the digits of numbers in JSON', async () => {
    const { signed, control } = await start();
    await control('POST', 'faults', '{"body":{"n":9223372036854775807}}');
    expect((await signed(rename)).text).toBe('{"n":9223372036854775807}');
  });

  it('may be a page of a firewall, with headers that win over the usual ones', async () => {
    const { signed, control } = await start();
    const headers = { 'content-type': 'text/html', Server: 'CloudWAF', 'X-Request-Id': 'mine' };
    await control('POST', 'faults', { status: 418, body: '<html>blocked é</html>', headers });
    const answer = await signed(rename);
    expect({ status: answer.status, text: answer.text }).toEqual({ status: 418, text: '<html>blocked é</html>' });
    expect(['content-type', 'server', 'x-request-id'].map((name) => answer.headers.get(name))).toEqual([
      'text/html',
      'CloudWAF',
      'mine',
    ]);
  });

  it('answers reads too', async () => {
    const { signed, control } = await start();
    await control('POST', 'faults', { match: { method: 'GET' }, body: { status: 'UNHEARD_OF' }, calls: 1 });
    expect((await signed(show)).body).toEqual({ status: 'UNHEARD_OF' });
    expect((await signed(show)).body.status).toBe('RUNNING');
  });

  it('may be damaged', async () => {
    const { signed, control } = await start();
    await control('POST', 'faults', { body: { id: 'é' }, reply: 'drip', drip_ms: 1 });
    expect((await signed(rename)).text.trim()).toBe('{"id":"é"}');
    await control('DELETE', 'faults');
    await control('POST', 'faults', { body: { id: 'own' }, reply: 'malformed' });
    expect((await signed(rename)).text).toBe('{"id":"own"');
  });

  it('may only add headers to the reply', async () => {
    const { signed, control } = await start();
    await control('POST', 'faults', { when: 'after', headers: { Deprecation: 'true' }, retry_after: 3, status: 200 });
    const { body, headers } = await signed(rename);
    expect({ body, deprecation: headers.get('deprecation'), retryAfter: headers.get('retry-after') }).toEqual({
      body: { id: TASK },
      deprecation: 'true',
      retryAfter: '3',
    });
  });

  it('has no body under 204', async () => {
    const { signed, control } = await start();
    await control('POST', 'faults', { status: 204, when: 'after' });
    const { status, text, headers } = await signed(rename);
    expect({ status, text, contentLength: headers.get('content-length') }).toEqual({
      status: 204,
      text: '',
      contentLength: null,
    });
  });

  it.each([
    [{ body: 'x', code: 'DCS.5000' }, 'body: is the whole reply'],
    [{ body: 'x', message: 'm' }, 'body: is the whole reply'],
    [{ body: 'x', reply: 'html' }, 'body: cannot go with reply: html'],
    [{ body: 'x', status: 204 }, 'body: a reply of status 204 or 304 has none'],
    [{ body: 'x'.repeat(1024 * 1024 + 1) }, 'body: at most 1048576 bytes'],
    [{ body: ['é'.repeat(524_287)] }, 'body: at most 1048576 bytes'],
    [{ body: 'x', headers: { 'Content-Length': '3' } }, 'headers.Content-Length: must be a header'],
    [{ headers: { 'a b': '1' } }, 'headers.a b: must be a header'],
    [{ headers: { A: 'x\ny' } }, 'headers.A: must be a header'],
    [{ headers: { A: 'x'.repeat(16 * 1024 + 1) } }, 'headers.A: must be a header of at most 16384'],
    [{ headers: Object.fromEntries(Array.from({ length: 65 }, (_, n) => [`h${n}`, ''])) }, 'headers: at most 64'],
    [{ interim: 101 }, 'interim: '],
  ])('is refused as %.80j', async (fault, error) => {
    const { control } = await start();
    const { status, body } = await control('POST', 'faults', fault);
    expect({ status, error: String(body.error).slice(0, error.length) }).toEqual({ status: 400, error });
  });
});

describe('an interim reply', () => {
  const ask = (url: string): Promise<{ interim: number[]; status: number | undefined }> =>
    new Promise((resolve, reject) => {
      const interim: number[] = [];
      request(url + SMS_TASK, (response) => {
        response.resume();
        resolve({ interim, status: response.statusCode });
      })
        .on('continue', () => interim.push(100))
        .on('information', ({ statusCode }) => interim.push(statusCode))
        .on('error', reject)
        .end();
    });

  it.each([100, 102, 103])('%i comes before the call’s own', async (interim) => {
    const { url, control, simulator } = await start();
    await control('POST', 'faults', { interim, calls: 1 });
    const { interim: received, status } = await ask(url);
    expect({ at: received.at(-1), status }).toEqual({ at: interim, status: 401 });
    expect(simulator.log().at(-1)).toMatchObject({ kind: 'answered', code: 'APIGW.0301' });
  });

  it('comes before a reply of one’s own', async () => {
    const { url, control } = await start();
    await control('POST', 'faults', { interim: 103, status: 418, body: 'x' });
    expect(await ask(url)).toMatchObject({ status: 418 });
  });
});
