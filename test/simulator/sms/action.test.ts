import { describe, expect, it } from 'vitest';
import { SMS_TASK, start, TASK } from '../calling.ts';

const act = (body: unknown) => ({ method: 'POST', path: `${SMS_TASK}/action`, body });

describe('UpdateTaskStatus', () => {
  it.each([
    ['start', 'READY', 'RUNNING'],
    ['start', 'MIGRATE_FAIL', 'RUNNING'],
    ['stop', 'SYNCING', 'ABORTING'],
    ['stop', 'SYNC_SUCCESS', 'ABORTING'],
    ['sync', 'MIGRATE_SUCCESS', 'SYNCING'],
    ['sync_failed_rollback', 'SYNC_FAIL', 'RESETING'],
    ['network_check', 'RUNNING', 'RUNNING'],
  ])('%s leads from %s to %s, with an empty reply', async (operation, state, to) => {
    const { signed } = await start({ tasks: { sms: [{ task_id: TASK, state }] } });
    const { status, text } = await signed(act({ operation }));
    expect({ status, text }).toEqual({ status: 200, text: '' });
    expect((await signed({ method: 'GET', path: SMS_TASK })).body.state).toBe(to);
  });

  it.each([
    ['start', 'RUNNING', 'SMS.7713'],
    ['stop', 'READY', 'SMS.7714'],
    ['sync', 'RUNNING', 'SMS.7715'],
    ['sync_failed_rollback', 'RUNNING', 'SMS.7718'],
    ['cutover', 'RUNNING', 'SMS.7721'],
  ])('%s is refused at %s with %s', async (operation, state, code) => {
    const { signed } = await start({ tasks: { sms: [{ task_id: TASK, state }] } });
    expect((await signed(act({ operation }))).body.error_code).toBe(code);
  });

  it.each([{ operation: 'error_for_overspeed' }, { operation: 'start', param: { anything: 'text' } }])(
    'takes %j',
    async (body) => {
      const { signed } = await start();
      expect((await signed(act(body))).status).toBe(200);
    },
  );

  it.each([
    ['2025-02', 2048],
    ['2025-11', 100],
    ['2026-01', 255],
  ] as const)('takes in edition %s a template_id of %i characters and no more', async (sms_action_edition, max) => {
    const { signed } = await start({ settings: { sms_action_edition } });
    const collect = (length: number) => signed(act({ operation: 'collect_log', template_id: 'x'.repeat(length) }));
    expect((await collect(max)).status).toBe(200);
    expect((await collect(max + 1)).body.error_code).toBe('SMS.6014');
  });

  it.each([
    [{}, 'SMS.6013'],
    [{ operation: 'begin' }, 'SMS.6011'],
    [{ operation: 'start', switch_hce: 'yes' }, 'SMS.6011'],
    [{ operation: 'start', template_id: 'x'.repeat(2049) }, 'SMS.6014'],
    [{ operation: 'start', param: 'text' }, 'SMS.6011'],
    [{ operation: 'start', param: { one: 1 } }, 'SMS.6011'],
    ['[]', 'SMS.6011'],
    ['', 'SMS.6012'],
  ])('refuses the body %j with %s', async (body, code) => {
    const { signed } = await start();
    expect((await signed(act(body))).body.error_code).toBe(code);
  });
});
