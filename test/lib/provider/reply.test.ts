import { describe, expect, it } from 'vitest';
import type { Headers } from '../../../src/lib/http/exchange.ts';
import { toAnswer } from '../../../src/lib/provider/reply.ts';
import { httpServer, json, providerAt, summarize, UPDATE } from '../http/servers.ts';

const NOW = Date.parse('2026-01-02T03:04:05Z');
/** The answer that a complete reply is read as. */
const answerTo = (status: number, body: string, headers: Headers = {}, sent?: string) =>
  toAnswer({ complete: true, status, headers, body: Buffer.from(body) }, { body: sent }, NOW);

describe('Retry-After', () => {
  it.each([
    ['7', 7000],
    ['0', 0],
    ['Fri, 02 Jan 2026 03:04:35 GMT', 30_000],
    ['Fri, 02 Jan 2026 03:00:00 GMT', 0],
    ['-1', undefined],
    ['1.5', undefined],
    ['soon', undefined],
    ['99999999999999999999', undefined],
    ['2026-01-02', undefined],
    ['x7', undefined],
    ['7x', undefined],
    ['999999999', 999_999_999_000],
    ['1000000000', undefined],
    ['x Fri, 02 Jan 2026 03:04:35 GMT', undefined],
    ['Fri, 02 Jan 2026 03:04:35 GMT x', undefined],
    ['Fri, 99 Jan 2026 03:04:35 GMT', undefined],
    ['Fri, 02 Jan 2026 03:04:35 GMT+0200', undefined],
    ['Friday, 02-Jan-26 03:04:35 GMT', 30_000],
    ['Fri Jan  2 03:04:35 2026', 30_000],
    ['Fri Jan 12 03:04:05 2026', 10 * 86_400_000],
    ['Friday, 02-Jan-2026 03:04:35', undefined],
  ])('of %j is %j ms', async (value, expected) => {
    const { origin } = await httpServer((_request, response) =>
      json(response, 429, { error_code: 'APIGW.0308' }, { 'retry-after': value }),
    );
    const answer = await providerAt(origin, { clock: () => NOW }).send(UPDATE);
    expect(answer).toMatchObject({ ok: false, executed: 'no', status: 429 });
    expect('retryAfter' in answer ? answer.retryAfter : undefined).toBe(expected);
  });
});

describe('several Retry-After headers', () => {
  it.each([
    [['7', '30', 'soon'], 30_000],
    [['soon', 'later'], undefined],
  ])('of %j are %j ms', (values, expected) => {
    const answer = answerTo(429, '{}', { 'retry-after': values });
    expect('retryAfter' in answer ? answer.retryAfter : undefined).toBe(expected);
  });
});

describe("the period of the provider's rate limit", () => {
  const THROTTLED = 'The throttling threshold has been reached: policy user over ratelimit,limit:10,time:';
  const waitAfter = (error_code: string, error_msg: unknown, headers: Headers = {}, status = 429) => {
    const answer = answerTo(status, JSON.stringify({ error_code, error_msg }), headers);
    return 'retryAfter' in answer ? answer.retryAfter : undefined;
  };

  it.each([
    ['1 minute', 60_000],
    ['1 second', 1000],
    ['30 seconds', 30_000],
    ['2 hours', 7_200_000],
    ['1 day', 86_400_000],
    ['1 fortnight', undefined],
    ['12345 seconds', undefined],
    ['-1 minute', undefined],
    ['1minute', undefined],
  ])('is the delay when the gateway names %j', (time, expected) => {
    expect(waitAfter('APIGW.0308', `${THROTTLED}${time}`)).toBe(expected);
    expect(waitAfter('APIG.0308', `${THROTTLED}${time}`)).toBe(expected);
  });

  it.each([
    ['IAM.0012', 'The throttling threshold has been reached. Threshold: 5 times per 60 seconds', 60_000],
    ['APIG.3711', 'The operation is allowed once per minute.', 60_000],
    ['APIGW.0308', 'The throttling threshold has been reached.', undefined],
    ['APIGW.0308', 60, undefined],
    ['DCS.4026', 'state,time:1 minute', undefined],
  ])('of %s, %j is %j ms', (code, text, expected) => {
    expect(waitAfter(code, text)).toBe(expected);
  });

  it('counts less than a Retry-After, but more than an invalid one', () => {
    expect(waitAfter('APIGW.0308', `${THROTTLED}1 minute`, { 'retry-after': '7' })).toBe(7000);
    expect(waitAfter('APIGW.0308', `${THROTTLED}1 minute`, { 'retry-after': 'soon' })).toBe(60_000);
  });

  it('is the only part of the text that is used', () => {
    const answer = answerTo(429, JSON.stringify({ error_code: 'APIGW.0308', error_msg: 'CANARY,time:1 minute' }));
    expect(JSON.stringify(answer)).not.toContain('CANARY');
  });
});

describe('the request id', () => {
  const id = '2962ff9c5b3ae8c2ab1d4a1e6d8b6f5a';
  it.each([
    ['the header', { 'x-request-id': id }, {}, id],
    ['the body', {}, { request_id: id }, id],
    ['the header rather than the body', { 'x-request-id': id }, { request_id: id.replaceAll('f', '0') }, id],
    ['nowhere, if it may be anything', { 'x-request-id': 'hunter2hunter2' }, { request_id: 'pass word' }, undefined],
  ])('comes from %s', async (_where, headers, body, expected) => {
    const { origin } = await httpServer((_request, response) => json(response, 400, body, headers));
    expect((await providerAt(origin).send(UPDATE)).requestId).toBe(expected);
  });
});

describe('an error reply', () => {
  it('has its field named, if that field was sent', async () => {
    const error_msg = 'Invalid resume_mode parameter in the request.';
    const { origin } = await httpServer((_request, response) =>
      json(response, 400, { error_code: 111400063, error_msg }),
    );
    const provider = providerAt(origin);
    const message = (body: string) => ({ error: { code: 'DCS.4063', message: expect.stringMatching(body) } });
    expect(await provider.send(UPDATE)).toMatchObject(message('the field resume_mode'));
    expect(await provider.send({ ...UPDATE, body: '{"name":"resume_mode"}' })).toMatchObject(message('a parameter'));
  });

  it('has its status, request id and class in the answer', async () => {
    const id = '2962ff9c5b3ae8c2ab1d4a1e6d8b6f5a';
    const { origin } = await httpServer((_request, response) =>
      json(response, 400, { error_code: 'DCS.4133' }, { 'x-request-id': id }),
    );
    expect(await providerAt(origin).send(UPDATE)).toEqual({
      ok: false,
      executed: 'no',
      status: 400,
      requestId: id,
      error: {
        class: 'not_found',
        code: 'DCS.4133',
        remedy: 'no',
        message: expect.stringContaining('does not exist'),
        advice: 'Check the ids of the change: what they name does not exist.',
      },
    });
  });
});

describe('send', () => {
  it('leaves the outcome open after an unexpected reply', async () => {
    const answer = await providerAt('http://127.0.0.1:1').send({ ...UPDATE, deadline: Number.NaN });
    expect(answer).toMatchObject({
      ok: false,
      executed: 'unknown',
      error: { code: 'request_failed', remedy: 'reconcile' },
    });
  });
});

describe('a status', () => {
  it.each([
    [200, 'ok 200'],
    [299, 'ok 299'],
    [300, 'redirect_refused, executed unknown'],
    [399, 'redirect_refused, executed unknown'],
    [400, 'http_400, executed no'],
    [499, 'http_499, executed no'],
    [500, 'http_500, executed unknown'],
    [199, 'http_199, executed unknown'],
  ])('of %i is read as %s', (status, expected) => {
    expect(summarize(answerTo(status, '{}'))).toBe(expected);
  });
});

describe('a body', () => {
  const nested = (depth: number, inner = '') => `${'['.repeat(depth)}${inner}${']'.repeat(depth)}`;

  it.each([
    [nested(64), 'ok 200'],
    [nested(64, '1'), 'ok 200'],
    [nested(65), 'reply_unreadable, executed unknown'],
    [`[1,null,${nested(64)}]`, 'reply_unreadable, executed unknown'],
  ])('of some depth is read or not: %s', (body, expected) => {
    expect(summarize(answerTo(200, body))).toBe(expected);
  });

  it.each([
    ['identity', 'ok 200'],
    ['gzip', 'reply_encoded, executed unknown'],
    ['', 'ok 200'],
    ['Identity', 'ok 200'],
    ['identity, gzip', 'reply_encoded, executed unknown'],
  ])('in the encoding %j is read as %s', (encoding, expected) => {
    expect(summarize(answerTo(200, '{}', { 'content-encoding': encoding }))).toBe(expected);
  });

  it.each(['', 'null', '[]', '"x"', 'no JSON', nested(70)])('of an error may be anything: %s', (body) => {
    expect(answerTo(400, body)).toMatchObject({ ok: false, executed: 'no', status: 400, error: { code: 'http_400' } });
  });

  it('that cannot be read leaves status and request id known', () => {
    const requestId = '2962ff9c5b3ae8c2ab1d4a1e6d8b6f5a';
    const headers = { 'x-request-id': requestId };
    expect(answerTo(200, 'x', headers)).toMatchObject({ status: 200, requestId, error: { code: 'reply_unreadable' } });
    expect(answerTo(302, '', headers)).toMatchObject({ status: 302, requestId, error: { code: 'redirect_refused' } });
    expect(answerTo(200, '{}', headers)).toEqual({ ok: true, status: 200, body: {}, requestId });
  });
});

describe('a field that an error names', () => {
  const message = (name: string, sent?: string) => {
    const error_msg = `Invalid ${name} parameter in the request.`;
    const answer = answerTo(400, JSON.stringify({ error_code: 'DCS.4063', error_msg }), {}, sent);
    return answer.ok ? expect.unreachable() : answer.error.message;
  };

  it.each(['project_id', 'task_id', 'instance_id'])('is passed on if it is in the path: %s', (name) => {
    expect(message(name)).toBe(`the provider does not accept the field ${name}`);
  });

  it.each([
    ['a', '{"a":1}'],
    ['b', '{"a":{"b":[]}}'],
    ['b', '{"a":[{"b":""}]}'],
    ['a1_b', '{"a1_b":1}'],
    [`a${'b'.repeat(63)}`, `{"a${'b'.repeat(63)}":1}`],
  ])('is passed on if it was sent: %s', (name, sent) => {
    expect(message(name, sent)).toBe(`the provider does not accept the field ${name}`);
  });

  it.each([
    ['b', '{"a":"b"}'],
    ['b', '{"a":1}'],
    ['1a', '{"1a":1}'],
    ['A', '{"A":1}'],
    [`a${'b'.repeat(64)}`, `{"a${'b'.repeat(64)}":1}`],
    ['x', undefined],
  ])('is not passed on if it may be anything: %s', (name, sent) => {
    expect(message(name, sent)).toBe('a parameter is not acceptable');
  });
});

describe('an id that looks like the request id', () => {
  const idOf = (id: unknown) => answerTo(400, JSON.stringify({ request_id: id })).requestId;
  const hex = '0123456789abcdef'.repeat(4);

  it.each([
    '2962ff9c5b3ae8c2ab1d4a1e6d8b6f5a',
    '2962FF9C-5B3A-E8C2-AB1D-4A1E6D8B6F5A',
    'req-2962ff9c-5b3a-e8c2-ab1d-4a1e6d8b6f5a',
    hex.slice(0, 16),
    hex,
  ])('is passed on: %s', (id) => {
    expect(idOf(id)).toBe(id);
  });

  it('is not passed on from a header that came twice', () => {
    expect(answerTo(400, '{}', { 'x-request-id': [hex] }).requestId).toBeUndefined();
  });

  it.each([
    hex.slice(0, 15),
    `${hex}0`,
    `x${hex.slice(1)}`,
    `x${hex.slice(2)}`,
    `${hex.slice(0, 20)} `,
    `rex-${hex}`,
    7,
    null,
  ])('is not passed on: %j', (id) => {
    expect(idOf(id)).toBeUndefined();
  });
});

describe('an empty reply with a 2xx', () => {
  it.each<[number, Headers]>([
    [200, { 'content-length': '0' }],
    [201, { 'transfer-encoding': 'chunked' }],
    [204, {}],
    [205, {}],
  ])('is complete if it says where it ends: %i %j', (status, headers) => {
    expect(answerTo(status, '', headers)).toEqual({ ok: true, status, body: undefined });
  });

  it('may have been cut if only its connection ended', () => {
    expect(summarize(answerTo(200, ''))).toBe('reply_truncated, executed unknown');
  });

  it('is also one that consists of null', () => {
    expect(answerTo(200, 'null')).toEqual({ ok: true, status: 200, body: undefined });
  });
});
