import { describe, expect, it } from 'vitest';
import { SMS_TASK, start } from '../calling.ts';

const path = `${SMS_TASK}/speed-limit`;
const show = { method: 'GET', path };
const limit = (speed_limit: unknown, to = path) => ({ method: 'POST', path: to, body: { speed_limit } });
const NIGHT = { start: '00:00', end: '08:00', speed: 20 };
const DAY = { start: '08:00', end: '23:59', speed: 50, over_speed_threshold: 12.5 };

describe('UpdateSpeed', () => {
  it('sets the spans, which ShowsSpeedLimits shows, with an empty reply', async () => {
    const { signed } = await start();
    const { status, text } = await signed(limit([NIGHT, DAY]));
    expect({ status, text }).toEqual({ status: 200, text: '' });
    expect(await signed(show)).toMatchObject({ status: 200, body: { speed_limit: [NIGHT, DAY] } });
    expect((await signed({ method: 'GET', path: SMS_TASK })).body).not.toHaveProperty('speed_limits');
  });

  it('replaces the spans that there were, and takes no speed as no limit', async () => {
    const { signed } = await start();
    await signed(limit([NIGHT, DAY]));
    await signed(limit([{ start: '01:00', end: '02:00' }]));
    expect((await signed(show)).body).toEqual({ speed_limit: [{ start: '01:00', end: '02:00', speed: 0 }] });
  });

  it.each([
    ['string', '"success"'],
    ['object', '{}'],
  ] as const)('answers a %s if that is set', async (sms_write_reply, text) => {
    const { signed } = await start({ settings: { sms_write_reply } });
    expect(await signed(limit([]))).toMatchObject({ status: 200, text });
  });

  it.each([
    ['no list', undefined, 'SMS.6013'],
    ['a span without end', [{ start: '00:00' }], 'SMS.6013'],
    ['a speed too high', [{ ...NIGHT, speed: 1001 }], 'SMS.6011'],
    ['a threshold too high', [{ ...NIGHT, over_speed_threshold: 101 }], 'SMS.6011'],
    ['six spans', Array(6).fill(NIGHT), 'SMS.6014'],
  ])('refuses %s', async (_what, spans, error_code) => {
    const { signed } = await start();
    expect(await signed(limit(spans))).toMatchObject({ status: 400, body: { error_code } });
  });
});

describe('ShowsSpeedLimits', () => {
  it('is SMS.6302 without a span, also after an empty list was set', async () => {
    const { signed } = await start();
    for (const spans of [[NIGHT], []]) await signed(limit(spans));
    expect(await signed(show)).toMatchObject({ status: 400, body: { error_code: 'SMS.6302' } });
  });

  it.each([400, 404] as const)('answers a missing task with %i as set, and so does UpdateSpeed', async (status) => {
    const { signed } = await start({ settings: { sms_missing_status: status } });
    const missing = '/v3/tasks/none/speed-limit';
    for (const call of [limit([NIGHT], missing), { ...show, path: missing }]) {
      expect(await signed(call)).toMatchObject({ status, body: { error_code: 'SMS.7703' } });
    }
  });
});
