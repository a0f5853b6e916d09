import { describe, expect, it } from 'vitest';
import { dcsTask, SMS_TASK, start, TASK } from './calling.ts';

const PUT = { method: 'PUT', path: SMS_TASK };
const sent = '{"name": "web-02", "target_server": {"memory": 9223372036854775807, "disks": [{"name": "a"}, {}]}}';

/** The answer to a request with the body above, under a fault that matches by a body in JSON. */
const statusUnder = async (body: string): Promise<number> => {
  const { signed, control } = await start();
  await control('POST', 'faults', `{"match":{"body":${body}},"status":500}`);
  return (await signed({ ...PUT, body: sent })).status;
};

describe('a fault that matches by the body', () => {
  it.each([
    ['a text of it', '"web-02"'],
    ['a text as it was sent', String.raw`"{\"name\": \"web-02\""`],
    ['one of its members', '{"name":"web-02"}'],
    ['a member at some depth, digit for digit', '{"target_server":{"memory":9223372036854775807}}'],
    ['a whole array', '{"target_server":{"disks":[{"name":"a"},{}]}}'],
    ['an empty object', '{}'],
  ])('occurs at a body that has %s', async (_what, body) => {
    expect(await statusUnder(body)).toBe(500);
  });

  it.each([
    ['a text in another form', String.raw`"{\"name\":\"web-02\""`],
    ['another value', '{"name":"web-03"}'],
    ['an absent member', '{"name":"web-02","type":"MIGRATE_FILE"}'],
    ['another number', '{"target_server":{"memory":9223372036854775806}}'],
    ['a part of an array', '{"target_server":{"disks":[{"name":"a"}]}}'],
    ['members in place of a text', '{"name":{}}'],
  ])('does not occur at a body for %s', async (_what, body) => {
    expect(await statusUnder(body)).toBe(200);
  });

  it('needs all other parts of the match too, and counts only the calls that match', async () => {
    const { signed, control } = await start();
    const match = { operation: 'UpdateTask', task: TASK, body: { name: 'web-02' } };
    await control('POST', 'faults', { match, calls: 1, status: 500 });
    const rename = async (name: string) => (await signed({ ...PUT, body: { name } })).status;
    expect([await rename('web-01'), await rename('web-02'), await rename('web-02')]).toEqual([200, 500, 200]);
    const update = { method: 'PUT', path: dcsTask(TASK), body: { name: 'web-02', resume_mode: 'auto' } };
    expect((await signed(update)).status).toBe(200);
  });

  it('does not occur at a call without a body, or with one that is no JSON', async () => {
    const { signed, control } = await start();
    await control('POST', 'faults', { match: { body: {} }, status: 500 });
    expect((await signed({ method: 'GET', path: SMS_TASK })).status).toBe(200);
    expect((await signed({ ...PUT, body: '[]' })).body.error_code).toBe('SMS.6011');
    expect((await signed({ ...PUT, body: '{' })).body.error_code).toBe('SMS.6010');
  });

  it.each(['""', '[]', '1', 'null', '9223372036854775807'])('is refused with the body %s', async (body) => {
    const { control } = await start();
    const { status, text } = await control('POST', 'faults', `{"match":{"body":${body}},"status":500}`);
    expect({ status, text }).toMatchObject({ status: 400, text: expect.stringContaining('match.body: ') });
  });
});
