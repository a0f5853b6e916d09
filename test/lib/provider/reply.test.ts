import { describe, expect, it } from 'vitest';
import { httpServer, json, providerAt, UPDATE } from './servers.ts';

describe('Retry-After', () => {
  const now = Date.parse('2026-01-02T03:04:05Z');
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
  ])('of %j is %j ms', async (value, expected) => {
    const { origin } = await httpServer((_seen, response) =>
      json(response, 429, { error_code: 'APIGW.0308' }, { 'retry-after': value }),
    );
    const answer = await providerAt(origin, { clock: () => now }).send(UPDATE);
    expect(answer).toMatchObject({ ok: false, executed: 'no', status: 429 });
    expect('retryAfter' in answer ? answer.retryAfter : undefined).toBe(expected);
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
    const { origin } = await httpServer((_seen, response) => json(response, 400, body, headers));
    expect((await providerAt(origin).send(UPDATE)).requestId).toBe(expected);
  });
});

describe('an error reply', () => {
  it('has its field named, if that field was sent', async () => {
    const error_msg = 'Invalid resume_mode parameter in the request.';
    const { origin } = await httpServer((_seen, response) => json(response, 400, { error_code: 111400063, error_msg }));
    const provider = providerAt(origin);
    const message = (body: string) => ({ error: { code: 'DCS.4063', message: expect.stringMatching(body) } });
    expect(await provider.send(UPDATE)).toMatchObject(message('the field resume_mode'));
    expect(await provider.send({ ...UPDATE, body: '{"name":"resume_mode"}' })).toMatchObject(message('a parameter'));
  });

  it('has its status, request id and class in the answer', async () => {
    const id = '2962ff9c5b3ae8c2ab1d4a1e6d8b6f5a';
    const { origin } = await httpServer((_seen, response) =>
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
  it('says of what it did not foresee that the outcome is open', async () => {
    const answer = await providerAt('http://127.0.0.1:1').send({ ...UPDATE, deadline: Number.NaN });
    expect(answer).toMatchObject({
      ok: false,
      executed: 'unknown',
      error: { code: 'request_failed', remedy: 'reconcile' },
    });
  });
});
