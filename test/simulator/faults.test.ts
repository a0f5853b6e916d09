import { request } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { setTimeout as wait } from 'node:timers/promises';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { DEFAULT_PROJECT_ID } from '../../simulator/credentials.ts';
import type { Simulator } from '../../simulator/server.ts';
import { DCS_TASK, SMS_TASK, start, TASK } from './calling.ts';

const update = { method: 'PUT', path: DCS_TASK, body: { resume_mode: 'manual' } };
const rename = { method: 'PUT', path: SMS_TASK, body: { name: 'renamed' } };
const kinds = (simulator: Simulator) => simulator.log().map(({ kind }) => kind);
const applied = (simulator: Simulator) => kinds(simulator).filter((kind) => kind === 'applied').length;

describe('a fault', () => {
  it.each([
    ['status 500 of DCS', update, { status: 500 }, 500, 'DCS.5000', 'Internal service error.'],
    ['status 500 of SMS', rename, { status: 500 }, 500, 'SMS.6000', 'Service error.'],
    ['status 502', update, { status: 502 }, 502, 'APIGW.0201', 'Backend unavailable.'],
    ['status 504', update, { status: 504 }, 504, 'APIGW.0201', 'Backend timeout.'],
    ['a code alone', rename, { code: 'SMS.7706' }, 400, 'SMS.7706', 'Task update failed.'],
    ['status and code', update, { status: 401, code: 'APIGW.0307' }, 401, 'APIGW.0307', 'The token must be updated.'],
    ['a message', update, { code: 'DCS.4049', message: 'busy' }, 400, 'DCS.4049', 'busy'],
    [
      'a code under a status of its own',
      update,
      { status: 418, code: 'DCS.5006' },
      418,
      'DCS.5006',
      'Submit job failed.',
    ],
    ['the meaning of a status', update, { status: 502, code: 'APIGW.0201' }, 502, 'APIGW.0201', 'Backend unavailable.'],
    ['a number', update, { code: '111500006' }, 500, '111500006', 'Internal service error.'],
  ])('answers %s', async (_what, asked, fault, status, code, message) => {
    const { signed, control, simulator } = await start();
    await control('POST', 'faults', fault);
    const { body, ...answer } = await signed(asked);
    expect({ status: answer.status, error_code: body.error_code, error_msg: body.error_msg }).toEqual({
      status,
      error_code: code,
      error_msg: message,
    });
    expect(applied(simulator)).toBe(0);
  });

  it('occurs from a later call on, if one that only waits is in front of it', async () => {
    const { signed, control } = await start();
    await control('POST', 'faults', { match: { operation: 'UpdateTask' }, calls: 2, delay_ms: 0 });
    await control('POST', 'faults', { match: { operation: 'UpdateTask' }, calls: 1, code: 'SMS.7706' });
    const statuses: number[] = [];
    for (let calls = 0; calls < 4; calls += 1) statuses.push((await signed(rename)).status);
    expect(statuses).toEqual([200, 200, 400, 200]);
  });

  it('can change the status of a success', async () => {
    const { signed, control } = await start();
    await control('POST', 'faults', { status: 202, when: 'after' });
    expect(await signed(rename)).toMatchObject({ status: 202, body: { id: TASK } });
  });

  it.each([
    ['seconds', 7, '7'],
    ['a date', 'Fri, 02 Jan 2026 03:04:05 GMT', 'Fri, 02 Jan 2026 03:04:05 GMT'],
  ])('throttles with Retry-After in %s', async (_what, retry_after, header) => {
    const { signed, control } = await start();
    await control('POST', 'faults', { retry_after });
    const { status, body, headers } = await signed(update);
    expect({ status, error_code: body.error_code, retryAfter: headers.get('retry-after') }).toEqual({
      status: 429,
      error_code: 'APIGW.0308',
      retryAfter: header,
    });
  });

  it('can occur after the call was applied', async () => {
    const { signed, control, simulator } = await start();
    const { id } = (await control('POST', 'faults', { status: 504, when: 'after' })).body;
    expect((await signed(update)).status).toBe(504);
    expect(kinds(simulator)).toEqual(['received', 'fault', 'applied', 'answered']);
    expect(simulator.log().map(({ fault }) => fault)).toEqual([undefined, id, undefined, id]);
    expect((await control('GET', 'faults')).body.faults).toMatchObject([{ id, fired: 1 }]);
  });

  it.each([
    ['before', 0],
    ['after', 1],
  ])('resets the connection %s applying', async (when, times) => {
    const { signed, control, simulator } = await start();
    await control('POST', 'faults', { reset: true, when, calls: 1 });
    await expect(signed(update)).rejects.toMatchObject({ cause: { code: 'ECONNRESET' } });
    expect(applied(simulator)).toBe(times);
    expect((await signed(update)).status).toBe(200);
  });

  it('refuses connections for a time, also on open ones, and none of them is logged', async () => {
    const { signed, control, simulator } = await start({ controlPort: 0 });
    expect((await signed(update)).status).toBe(200);
    const before = simulator.log().length;
    const { body } = await control('POST', 'faults', { refuse_ms: 300 });
    for (const _ of [1, 2]) await expect(signed(update)).rejects.toMatchObject({ cause: { code: 'ECONNREFUSED' } });
    expect((await control('GET', 'faults')).body.faults).toMatchObject([{ id: body.id, until: expect.any(String) }]);
    expect(simulator.log()).toHaveLength(before);
    await expect
      .poll(() =>
        signed(update).then(
          ({ status }) => status,
          () => 0,
        ),
      )
      .toBe(200);
    expect((await control('GET', 'faults')).body.faults).toEqual([]);
  });

  it.each([
    ['it is removed', 'DELETE', 'faults/fault-1'],
    ['all faults are removed', 'DELETE', 'faults'],
    ['everything is reset', 'POST', 'reset'],
  ])('that refuses connections ends when %s', async (_what, method, path) => {
    const { signed, control } = await start({ controlPort: 0 });
    await control('POST', 'faults', { refuse_ms: 60_000 });
    await expect(signed(update)).rejects.toMatchObject({ cause: { code: 'ECONNREFUSED' } });
    await control(method, path);
    await expect
      .poll(() =>
        signed(update).then(
          ({ status }) => status,
          () => 0,
        ),
      )
      .toBe(200);
  });

  it('that refuses connections lets a running call end, and then ends its connection', async () => {
    const { signed, control } = await start({ controlPort: 0 });
    await control('POST', 'faults', { delay_ms: 200, calls: 1 });
    const running = signed(update);
    await expect.poll(async () => (await control('GET', 'faults')).body.faults).toMatchObject([{ fired: 1 }]);
    await control('POST', 'faults', { refuse_ms: 60_000 });
    expect((await running).status).toBe(200);
    await expect(signed(update)).rejects.toMatchObject({ cause: { code: 'ECONNREFUSED' } });
  });

  it.each([
    ['before', 0],
    ['after', 1],
  ])('never replies, %s applying', async (when, times) => {
    const { signed, control, simulator } = await start();
    await control('POST', 'faults', { hang: true, when });
    await expect(signed({ ...update, signal: AbortSignal.timeout(100) })).rejects.toThrow();
    expect(applied(simulator)).toBe(times);
    expect(kinds(simulator)).not.toContain('answered');
  });

  it('delays a call that is then applied, even if nobody waits any more', async () => {
    const { signed, control, simulator } = await start();
    await control('POST', 'faults', { delay_ms: 150 });
    await expect(signed({ ...update, signal: AbortSignal.timeout(50) })).rejects.toThrow();
    expect(applied(simulator)).toBe(0);
    await expect.poll(() => applied(simulator)).toBe(1);
    expect(simulator.log().at(-1)).toMatchObject({ kind: 'answered', gone: true });
  });

  it('lets a call take effect after a reply that looked final', async () => {
    const { signed, control, simulator } = await start();
    await control('POST', 'faults', { status: 504, lands_after_ms: 100, calls: 1 });
    expect((await signed(update)).status).toBe(504);
    expect((await signed({ method: 'GET', path: DCS_TASK })).body).not.toHaveProperty('resume_mode');
    await expect.poll(() => applied(simulator)).toBe(1);
    expect((await signed({ method: 'GET', path: DCS_TASK })).body.resume_mode).toBe('manual');
  });

  it('tells in the log what became of a call that lands late, after all that came before', async () => {
    const { signed, control, simulator } = await start();
    await control('POST', 'faults', { status: 504, lands_after_ms: 60, calls: 1 });
    const stop = { method: 'POST', path: `${DCS_TASK}/stop` };
    expect((await signed(stop)).status).toBe(504);
    expect((await control('PUT', `tasks/dcs/${DEFAULT_PROJECT_ID}/${TASK}`, { status: 'FAILED' })).status).toBe(200);
    await expect.poll(() => kinds(simulator)).toEqual(['received', 'fault', 'answered', 'landed']);
    const [received, , answered, landed] = simulator.log();
    expect(answered).toMatchObject({ status: 504, code: 'APIGW.0201' });
    expect(landed).toMatchObject({ request: received?.request, operation: 'StopMigrationTask', task: TASK });
    expect(landed).toMatchObject({ status: 400, code: 'DCS.4957', reply: { error_code: 'DCS.4957' } });
  });

  it('shows a change that lands late after the change itself', async () => {
    const { signed, control, simulator } = await start();
    await control('POST', 'faults', { status: 504, lands_after_ms: 20, calls: 1 });
    await signed(rename);
    await expect.poll(() => kinds(simulator)).toEqual(['received', 'fault', 'answered', 'applied', 'landed']);
    expect(simulator.log().at(-1)).toMatchObject({ status: 200, reply: { id: TASK } });
  });

  it('drops a call that is to land after a reset', async () => {
    const { signed, control, simulator } = await start();
    await control('POST', 'faults', { status: 504, lands_after_ms: 50, calls: 1 });
    await signed(rename);
    await control('POST', 'reset');
    await wait(100);
    expect(simulator.log()).toEqual([]);
    expect((await signed({ method: 'GET', path: SMS_TASK })).body.name).toBe('MigrationTask');
  });

  it('delays only the reply if it occurs after the call', async () => {
    const { signed, control, simulator } = await start();
    await control('POST', 'faults', { delay_ms: 100, when: 'after' });
    const answer = signed(update);
    await expect.poll(() => applied(simulator)).toBe(1);
    expect(kinds(simulator)).not.toContain('answered');
    expect((await answer).status).toBe(200);
  });

  it.each([
    ['its service', { service: 'sms' }, { update: 200, rename: 500 }],
    ['its operation', { operation: 'UpdateMigrationTask' }, { update: 500, rename: 200 }],
    ['its method', { method: 'POST' }, { update: 200, rename: 200 }],
    ['its task', { task: TASK }, { update: 500, rename: 500 }],
    ['all of them', { service: 'dcs', task: 'other' }, { update: 200, rename: 200 }],
  ])('matches %s only', async (_what, match, statuses) => {
    const { signed, control } = await start();
    await control('POST', 'faults', { match, status: 500 });
    expect({ update: (await signed(update)).status, rename: (await signed(rename)).status }).toEqual(statuses);
  });

  it('occurs at as many calls as set, then the next fault does', async () => {
    const { signed, control } = await start();
    await control('POST', 'faults', { calls: 2, status: 500 });
    await control('POST', 'faults', { calls: 1, status: 503 });
    const statuses = [];
    for (let call = 0; call < 4; call += 1) statuses.push((await signed(update)).status);
    expect(statuses).toEqual([500, 500, 503, 200]);
  });

  it('occurs at a share of the calls, the same ones for the same seed', async () => {
    const run = async (seed: number) => {
      const { signed, control } = await start();
      await control('POST', 'faults', { share: 0.3, seed, status: 500 });
      let pattern = '';
      for (let call = 0; call < 60; call += 1) pattern += (await signed(update)).status === 500 ? 'x' : '.';
      return pattern;
    };
    const [one, again, other] = [await run(7), await run(7), await run(8)];
    expect(again).toBe(one);
    expect(other).not.toBe(one);
    expect(one.replaceAll('.', '').length).toBeGreaterThan(8);
    expect(one.replaceAll('.', '').length).toBeLessThan(30);
  });

  it('occurs even at a call that would be refused', async () => {
    const { raw, control } = await start();
    await control('POST', 'faults', { status: 503 });
    expect((await raw('GET', SMS_TASK, {})).status).toBe(503);
  });

  it('may occur at the token service', async () => {
    const { login, control } = await start();
    await control('POST', 'faults', { match: { service: 'iam' }, status: 500, calls: 1 });
    expect((await login({})).status).toBe(500);
    expect((await login({})).status).toBe(201);
  });
});

describe('a damaged reply', () => {
  const damaged = async (fault: object) => {
    const started = await start();
    await started.control('POST', 'faults', { when: 'after', ...fault });
    return { ...started, answer: started.signed(rename) };
  };
  const whole = `{"id":"${TASK}"}`;

  it('is shorter than its Content-Length', async () => {
    const { answer } = await damaged({ reply: 'truncated' });
    await expect(answer).rejects.toThrow('terminated');
  });

  it.each([
    ['malformed', 200, 'application/json;charset=UTF-8', whole.slice(0, -1)],
    ['empty', 200, null, ''],
    ['wrong-type', 200, 'text/plain', whole],
    ['wrong-shape', 200, 'application/json;charset=UTF-8', expect.stringMatching(/^\[/)],
    ['html', 502, 'text/html', expect.stringMatching(/^<html>/)],
  ])('is %s', async (reply, status, type, text) => {
    const { answer, simulator } = await damaged({ reply });
    const { headers, ...got } = await answer;
    expect({ status: got.status, contentType: headers.get('content-type'), text: got.text }).toEqual({
      status,
      contentType: type,
      text,
    });
    expect(applied(simulator)).toBe(1);
  });

  it('comes one byte at a time', async () => {
    const started = performance.now();
    const { answer } = await damaged({ reply: 'drip', drip_ms: 1 });
    expect((await answer).text.trim()).toBe(whole);
    expect(performance.now() - started).toBeGreaterThan(600);
  });

  it('is compressed although nobody asked for it', async () => {
    const { url, control } = await start();
    await control('POST', 'faults', { reply: 'gzip', status: 500 });
    const bytes = await new Promise<Buffer>((resolve) => {
      request(url + SMS_TASK, (response) => resolve(buffer(response))).end();
    });
    expect(gunzipSync(bytes).toString()).toContain('SMS.6000');
  });

  it('redirects to where the log shows who follows', async () => {
    const { answer } = await damaged({ reply: 'redirect' });
    const { status, headers } = await answer;
    expect({ status, location: headers.get('location') }).toEqual({ status: 307, location: '/redirected' });
  });

  it('is huge', async () => {
    const { answer } = await damaged({ reply: 'huge' });
    expect((await answer).text.length).toBeGreaterThan(60_000_000);
  });

  it('is huge, and stops when its reader disconnects', async () => {
    const { url, control, simulator } = await start();
    await control('POST', 'faults', { reply: 'huge' });
    await new Promise<void>((resolve) => {
      request(url + SMS_TASK, (response) => {
        response.destroy();
        response.once('close', resolve);
      }).end();
    });
    await wait(20);
    expect(kinds(simulator)).toContain('answered');
  });

  it('has a huge header', async () => {
    const { answer } = await damaged({ reply: 'huge-header' });
    await expect(answer).rejects.toThrow();
  });
});
