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
