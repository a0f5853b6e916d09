import { describe, expect, it } from 'vitest';
import { DEFAULT_PROJECT_ID } from '../../simulator/credentials.ts';
import type { Entry } from '../../simulator/log.ts';
import { DCS_TASK, ONLINE, SET_ONLINE, SMS_TASK, start, TASK } from './calling.ts';

describe('the log', () => {
  it('has separate entries for received, applied and answered', async () => {
    const { signed, control } = await start();
    const body = JSON.stringify(ONLINE, null, 1);
    const { headers } = await signed({ method: 'POST', path: `${SET_ONLINE}?x=1`, body });
    const { entries, next } = (await control('GET', 'log')).body as { entries: Entry[]; next: number };
    const request = headers.get('x-request-id');
    const stem = { request, service: 'dcs', operation: 'SetOnlineMigrationTask', method: 'POST', task: TASK };
    expect(entries).toMatchObject([
      { n: 1, kind: 'received', ...stem, path: `${SET_ONLINE}?x=1`, project: DEFAULT_PROJECT_ID, body },
      { n: 2, kind: 'applied', ...stem, before: { status: 'RUNNING' }, after: { status: 'FULLMIGRATING' } },
      { n: 3, kind: 'answered', ...stem, status: 200 },
    ]);
    expect(next).toBe(3);
    expect(entries.every(({ at }) => new Date(at).toISOString() === at)).toBe(true);
  });

  it('is read on from the last entry that was read', async () => {
    const { signed, control } = await start();
    await signed({ method: 'GET', path: DCS_TASK });
    const page = async (query: string) => {
      const { entries, next } = (await control('GET', `log?${query}`)).body as { entries: Entry[]; next: number };
      return [entries.map(({ n }) => n), next];
    };
    expect(await page('after=0&limit=1')).toEqual([[1], 1]);
    expect(await page('after=1')).toEqual([[2], 2]);
    expect(await page('after=2')).toEqual([[], 2]);
    await control('POST', 'reset');
    await signed({ method: 'GET', path: DCS_TASK });
    expect(await page('after=1')).toEqual([[3, 4], 4]);
    expect(await page('after=99')).toEqual([[], 4]);
  });

  it('shows who called and never the credential', async () => {
    const { signed, raw, token, control } = await start();
    const secret = await token({});
    await signed({ method: 'GET', path: SMS_TASK });
    await signed({ method: 'GET', path: SMS_TASK, secret: 'wrong' });
    await raw('GET', SMS_TASK, { 'x-auth-token': secret });
    await raw('GET', SMS_TASK, { 'x-auth-token': 'made-up' });
    await raw('GET', SMS_TASK, {});
    const { text } = await control('GET', 'log');
    const { entries } = JSON.parse(text) as { entries: Entry[] };
    const received = entries.filter(({ kind }) => kind === 'received');
    expect(received.map(({ caller }) => caller)).toEqual([
      'no credential, not asked for',
      'access key SIMULATORACCESSKEY01, verified',
      'access key SIMULATORACCESSKEY01, refused: APIGW.0301',
      'token, verified',
      'token, refused: APIGW.0301',
      'no credential, refused: APIGW.0301',
    ]);
    expect(received[1]?.headers?.authorization).toBe('[access key SIMULATORACCESSKEY01, verified]');
    expect(text).not.toContain(secret);
    expect(text).not.toContain('simulator-password');
  });

  it('has the received bytes, digit for digit', async () => {
    const { signed, simulator } = await start();
    const body = '{"target_server":{"memory":9223372036854775807},"unknown":0.0}';
    await signed({ method: 'PUT', path: SMS_TASK, body });
    expect(simulator.log()[0]?.body).toBe(body);
  });

  it.each([
    ['an unknown URL', 'GET', '/v2/p/nowhere', 404, 'APIGW.0101'],
    ['a method that the URL does not have', 'PATCH', SMS_TASK, 404, 'APIGW.0101'],
    ['a slash too many', 'GET', `${SMS_TASK}/`, 404, 'APIGW.0101'],
  ])('has %s', async (_what, method, path, status, code) => {
    const { raw, simulator } = await start();
    expect((await raw(method, path, {})).body.error_code).toBe(code);
    expect(simulator.log().at(-1)).toMatchObject({ kind: 'answered', service: 'unknown', status, code });
  });

  it('has a body above 12 MB, which the gateway refuses', async () => {
    const { signed, simulator } = await start();
    const answer = await signed({ method: 'PUT', path: SMS_TASK, body: 'x'.repeat(12 * 1024 * 1024 + 1) });
    expect({ status: answer.status, error_code: answer.body.error_code }).toEqual({
      status: 413,
      error_code: 'APIGW.0201',
    });
    expect(simulator.log()[0]?.body).toBe('');
  });
});

describe('the control routes', () => {
  it('create, show, replace and remove tasks', async () => {
    const { control } = await start();
    for (const path of ['tasks/dcs/p/t', 'tasks/sms/t']) {
      expect((await control('GET', path)).status).toBe(404);
      expect((await control('PUT', path, '{"extra":9223372036854775807}')).status).toBe(200);
      expect((await control('GET', path)).text).toContain('"extra":9223372036854775807');
      expect((await control('PUT', path)).body).not.toHaveProperty('extra');
      expect((await control('DELETE', path)).status).toBe(204);
      expect((await control('DELETE', path)).status).toBe(404);
    }
    expect((await control('GET', 'tasks')).body).toMatchObject({ dcs: [{ task_id: TASK }], sms: [{ id: TASK }] });
  });

  it('reset to the start, with or without the tasks', async () => {
    const { control, simulator } = await start();
    await control('PUT', 'tasks/sms/other');
    await control('POST', 'faults', { hang: true });
    await control('PUT', 'settings', { numeric_codes: true });
    await control('POST', 'reset', { keep_tasks: true });
    expect((await control('GET', 'tasks/sms/other')).status).toBe(200);
    expect((await control('GET', 'faults')).body).toEqual({ faults: [] });
    expect((await control('GET', 'settings')).body.numeric_codes).toBe('by-call');
    await control('POST', 'reset');
    expect((await control('GET', 'tasks/sms/other')).status).toBe(404);
    expect((await control('GET', `tasks/sms/${TASK}`)).status).toBe(200);
    expect(simulator.log()).toEqual([]);
  });

  it('remove one fault or all', async () => {
    const { control } = await start();
    const { status, body } = await control('POST', 'faults', { status: 500 });
    expect({ status, body }).toEqual({ status: 201, body: { id: 'fault-1', when: 'before', status: 500, fired: 0 } });
    await control('POST', 'faults', { status: 501 });
    expect((await control('DELETE', 'faults/fault-1')).status).toBe(204);
    expect((await control('GET', 'faults')).body.faults).toMatchObject([{ id: 'fault-2' }]);
    expect((await control('DELETE', 'faults')).status).toBe(204);
    expect((await control('DELETE', 'faults/fault-2')).status).toBe(404);
  });

  it.each([
    ['POST', 'faults', {}, 'a fault needs an effect'],
    ['POST', 'faults', { calls: 0, status: 500 }, 'calls: '],
    ['POST', 'faults', { share: 2, status: 500 }, 'share: '],
    ['POST', 'faults', { status: 500, match: { servic: 'dcs' } }, 'match: Unrecognized key: "servic"'],
    ['POST', 'faults', { reply: 'nonsense' }, 'reply: '],
    ['POST', 'faults', { status: 504, when: 'after', lands_after_ms: 1 }, 'lands_after_ms: '],
    ['POST', 'faults', '{', 'body: is not JSON'],
    ['POST', 'faults', { refuse_ms: 0 }, 'refuse_ms: '],
    ['POST', 'faults', { refuse_ms: 100, calls: 1 }, 'refuse_ms: stands alone'],
    ['POST', 'faults', { refuse_ms: 100, when: 'after' }, 'refuse_ms: stands alone'],
    ['PUT', 'settings', { cloud: 'mine' }, 'cloud: '],
    ['PUT', 'settings', { sms_strict: true }, 'Unrecognized key: "sms_strict"'],
    ['PUT', 'tasks/sms/t', [], 'body: must be a JSON object'],
    ['PUT', 'tasks/sms/t', { id: 'other' }, 'id: is not the id of the path, t'],
    ['PUT', 'tasks/dcs/p/t', { task_id: 'other' }, 'task_id: is not the id of the path, t'],
    ['POST', 'reset', { tasks: true }, 'Unrecognized key: "tasks"'],
    ['GET', 'log?after=x', undefined, 'after: '],
    ['GET', 'log?since=1', undefined, 'Unrecognized key: "since"'],
    ['GET', 'tasks?service=dcs', undefined, 'query: this call takes none'],
    ['POST', 'reset?tasks=keep', undefined, 'query: this call takes none'],
    ['POST', 'tokens/revoke', { user: 'relay' }, 'body: this call takes none'],
    ['DELETE', 'faults', { id: 'fault-1' }, 'body: this call takes none'],
    [
      'POST',
      'faults',
      { code: 'DCS.9999' },
      'code: is not in the error tables of the manuals; ask for a reply of your own',
    ],
    ['POST', 'faults', { retry_after: 'a\nb' }, 'retry_after: '],
  ])('refuse %s %s with %j and name the field', async (method, path, body, error) => {
    const { control } = await start();
    const answer = await control(method, path, body);
    expect(answer.status).toBe(400);
    expect(answer.body.error).toContain(error);
  });

  it('report the health, and what they do not know', async () => {
    const { control, simulator } = await start({ cloud: 'open-telekom-cloud' });
    expect((await control('GET', 'health')).body).toEqual({ status: 'ok', cloud: 'open-telekom-cloud' });
    expect((await control('GET', 'nothing')).status).toBe(404);
    expect(simulator.log()).toEqual([]);
  });
});
