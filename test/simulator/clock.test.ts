import { describe, expect, it } from 'vitest';
import { DEFAULT_PROJECT_ID } from '../../simulator/credentials.ts';
import type { Options } from '../../simulator/server.ts';
import { DCS, DCS_TASK, SMS_TASK, start, TASK } from './calling.ts';

const NOON = '2026-01-02T12:00:00.000Z';
const START = Date.parse(NOON);
const HOUR = 3_600_000;
const AN_HOUR_LATER = '2026-01-02T13:00:00.000Z';
const AN_HOUR_EARLIER = '2026-01-02T11:00:00.000Z';

/** A simulator whose clock stands at noon until it is moved. */
const startAtNoon = async (options: Options = {}) => {
  const started = await start({ clock: () => START, ...options });
  const { control, signed } = started;
  const advance = (advance_ms: number) => control('POST', 'clock', { advance_ms });
  const set = (now: string) => control('PUT', 'clock', { now });
  const read = async (path: string, time: number) => (await signed({ method: 'GET', path, time })).body;
  return { ...started, advance, set, read };
};

describe('the clock', () => {
  it('is shown, set, moved on, and put right by a reset', async () => {
    const { control, advance, set } = await startAtNoon();
    expect((await control('GET', 'clock')).body).toEqual({ now: NOON });
    expect((await advance(HOUR)).body).toEqual({ now: AN_HOUR_LATER });
    expect((await advance(0)).body).toEqual({ now: AN_HOUR_LATER });
    expect((await set('2026-01-02T12:00:00+01:00')).body).toEqual({ now: AN_HOUR_EARLIER });
    await control('POST', 'reset', { keep_tasks: true });
    expect((await control('GET', 'clock')).body).toEqual({ now: NOON });
  });

  it('runs on from the time to which it was set', async () => {
    let now = START;
    const { control, set } = await startAtNoon({ clock: () => now });
    await set(AN_HOUR_LATER);
    now += HOUR;
    expect((await control('GET', 'clock')).body).toEqual({ now: '2026-01-02T14:00:00.000Z' });
  });

  it('decides which signatures are valid, and dates the replies and the log', async () => {
    const { signed, set, simulator } = await startAtNoon();
    await set(AN_HOUR_LATER);
    const call = { method: 'GET', path: DCS_TASK };
    expect((await signed({ ...call, time: START })).body.error_code).toBe('APIGW.0301');
    const { status, headers } = await signed({ ...call, time: START + HOUR });
    expect([status, headers.get('date')]).toEqual([200, 'Fri, 02 Jan 2026 13:00:00 GMT']);
    expect(simulator.log()[0]?.at).toBe(AN_HOUR_LATER);
  });

  it('ends tokens and the lock of a key', async () => {
    const { signed, raw, token, advance } = await startAtNoon({ settings: { lockout_ms: HOUR, token_ttl_ms: HOUR } });
    const call = { method: 'GET', path: DCS_TASK };
    const secret = await token({ project: { id: DEFAULT_PROJECT_ID } });
    const byToken = async () => (await raw('GET', DCS_TASK, { 'x-auth-token': secret })).status;
    for (let failures = 0; failures < 6; failures += 1) await signed({ ...call, secret: 'wrong', time: START });
    expect([await byToken(), (await signed({ ...call, time: START })).status]).toEqual([200, 401]);
    await advance(HOUR);
    expect([await byToken(), (await signed({ ...call, time: START + HOUR })).status]).toEqual([401, 200]);
  });

  it('moves the tasks that move by themselves', async () => {
    const tasks = { sms: [{ task_id: TASK, state: 'ABORTING' }] };
    const { advance, read } = await startAtNoon({ tasks, settings: { moves_after_ms: HOUR } });
    expect((await read(SMS_TASK, START)).state).toBe('ABORTING');
    await advance(HOUR);
    expect((await read(SMS_TASK, START + HOUR)).state).toBe('ABORT');
  });

  it('ends the lags of reads and lists', async () => {
    const { advance, read, signed } = await startAtNoon({ settings: { read_lag_ms: HOUR, list_lag_ms: HOUR } });
    const network = { vpc_id: 'v', subnet_id: 's', security_group_id: 'g' };
    const create = { method: 'POST', path: `${DCS}/migration/instance`, body: { name: 'new', ...network } };
    await signed({ ...create, time: START });
    await signed({ method: 'PUT', path: SMS_TASK, body: { name: 'renamed' }, time: START });
    const shown = async (time: number) => [
      (await read(`${DCS}/migration-tasks`, time)).count,
      (await read(SMS_TASK, time)).name,
    ];
    expect(await shown(START)).toEqual([1, 'MigrationTask']);
    await advance(HOUR);
    expect(await shown(START + HOUR)).toEqual([2, 'renamed']);
  });

  it('leaves all as old as it was when it is set back', async () => {
    const tasks = { sms: [{ task_id: TASK, state: 'ABORTING' }] };
    const { advance, set, read, signed } = await startAtNoon({ tasks, settings: { moves_after_ms: HOUR } });
    await advance(HOUR / 2);
    const rename = { method: 'PUT', path: SMS_TASK, body: { name: 'renamed' } };
    await signed({ ...rename, time: START + HOUR / 2 });
    await set(AN_HOUR_EARLIER);
    expect(await read(SMS_TASK, START - HOUR)).toMatchObject({ name: 'renamed', state: 'ABORTING' });
    await advance(HOUR - 1);
    expect((await read(SMS_TASK, START - 1)).state).toBe('ABORTING');
    await advance(1);
    expect((await read(SMS_TASK, START)).state).toBe('ABORT');
  });

  it.each([
    ['PUT', {}, 'now: '],
    ['PUT', { now: 'noon' }, 'now: '],
    ['PUT', { now: NOON, advance_ms: 1 }, 'Unrecognized key: "advance_ms"'],
    ['POST', {}, 'advance_ms: '],
    ['POST', { advance_ms: -1 }, 'advance_ms: '],
    ['POST', { advance_ms: 1e13 }, 'advance_ms: '],
  ])('refuses %s with %j', async (method, body, error) => {
    const { control } = await start();
    const answer = await control(method, 'clock', body);
    expect({ status: answer.status, error: answer.body.error }).toEqual({
      status: 400,
      error: expect.stringContaining(error),
    });
  });
});
