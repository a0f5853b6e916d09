import { describe, expect, it } from 'vitest';
import { SMS_TASK, start, TASK } from '../calling.ts';

const path = `${SMS_TASK}/configuration-setting`;
const show = { method: 'GET', path };
const set = (...configurations: unknown[]) => ({ method: 'POST', path, body: { configurations } });
const EXCLUDE = { config_key: 'MIGRATE_EXCLUDE_DIR', config_value: '/proc;/var/cache' };
const LIMIT = { config_key: 'LINUX_CPU_LIMIT', config_value: '50', config_status: 'on' };

describe('UploadSpecialConfigurationSetting', () => {
  it('sets options by their keys, keeps the others, and answers nothing', async () => {
    const { signed } = await start();
    const { status, text } = await signed(set(EXCLUDE, LIMIT));
    expect({ status, text }).toEqual({ status: 200, text: '' });
    await signed(set({ ...EXCLUDE, config_value: '/tmp' }));
    expect((await signed(show)).body).toEqual({
      task_id: TASK,
      migrate_type: 'LINUX_MIGRATE_BLOCK',
      configurations: [{ ...EXCLUDE, config_value: '/tmp' }, LIMIT],
    });
    expect((await signed({ method: 'GET', path: SMS_TASK })).body).not.toHaveProperty('configurations');
  });

  it.each([
    ['no list', { configurations: null }, 'SMS.6013'],
    ['an option without value', { configurations: [{ config_key: 'k' }] }, 'SMS.6013'],
    ['a key too long', { configurations: [{ ...LIMIT, config_key: 'k'.repeat(256) }] }, 'SMS.6014'],
    ['a value that is no text', { configurations: [{ ...LIMIT, config_value: 50 }] }, 'SMS.6011'],
    ['51 options', { configurations: Array(51).fill(LIMIT) }, 'SMS.6014'],
  ])('refuses %s', async (_what, body, error_code) => {
    const { signed } = await start();
    expect(await signed({ ...set(), body })).toMatchObject({ status: 400, body: { error_code } });
  });
});

describe('ShowConfigSetting', () => {
  it('shows the option of a key', async () => {
    const { signed } = await start();
    await signed(set(EXCLUDE, LIMIT));
    const shown = await signed({ ...show, path: `${path}?config_key=LINUX_CPU_LIMIT` });
    expect(shown.body.configurations).toEqual([LIMIT]);
  });

  it('shows none where none was set, and answers a missing task with 400', async () => {
    const { signed } = await start();
    expect((await signed(show)).body.configurations).toEqual([]);
    const missing = '/v3/tasks/none/configuration-setting';
    for (const call of [
      { ...show, path: missing },
      { ...set(LIMIT), path: missing },
    ]) {
      expect(await signed(call)).toMatchObject({ status: 400, body: { error_code: 'SMS.7703' } });
    }
  });
});
