import { describe, expect, it } from 'vitest';
import { SMS_TASK, start, TASK } from '../calling.ts';

const act = (body: unknown) => ({ method: 'POST', path: `${SMS_TASK}/action`, body });
const SOURCE = 'source-1';

/** A task of a source server, and how both states are read. */
const startWithSource = async (task: object) => {
  const tasks = { sms: [{ task_id: TASK, source_server: { id: SOURCE }, ...task }] };
  const { signed, control } = await start({ tasks, sources: { sms: [{ source_id: SOURCE }] } });
  const states = async () => {
    const { state, source_server } = (await signed({ method: 'GET', path: SMS_TASK })).body;
    const source = (await signed({ method: 'GET', path: `/v3/sources/${SOURCE}` })).body;
    expect(source_server).toMatchObject({ state: source.state });
    return [state, source.state, source.migration_cycle];
  };
  const code = async (operation: string) => (await signed(act({ operation }))).body.error_code;
  const advance = (body = {}) => control('POST', `tasks/sms/${TASK}/advance`, body);
  return { signed, states, code, advance };
};

describe('UpdateTaskStatus', () => {
  it.each([
    ['start', 'READY', 'RUNNING'],
    ['start', 'MIGRATE_FAIL', 'RUNNING'],
    ['stop', 'SYNCING', 'ABORTING'],
    ['stop', 'SYNC_SUCCESS', 'ABORTING'],
    ['sync', 'MIGRATE_SUCCESS', 'SYNCING'],
    ['sync_failed_rollback', 'SYNC_FAIL', 'RESETING'],
    ['network_check', 'RUNNING', 'RUNNING'],
    ['skip', 'SYNCING', 'SKIPPING'],
    ['restart', 'MIGRATE_SUCCESS', 'RUNNING'],
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
    ['clone_test', 'MIGRATE_SUCCESS', 'SMS.7721'],
    ['restart', 'SYNCING', 'SMS.7722'],
  ])('%s is refused at %s with %s', async (operation, state, code) => {
    const { signed } = await start({ tasks: { sms: [{ task_id: TASK, state }] } });
    expect((await signed(act({ operation }))).body.error_code).toBe(code);
  });

  it('cutover leads the source server through cutovering to finished, and leaves the state of the task', async () => {
    const { states, code, advance } = await startWithSource({ state: 'SYNC_SUCCESS' });
    expect(await code('cutover')).toBeUndefined();
    expect(await states()).toEqual(['SYNC_SUCCESS', 'cutovering', 'cutovering']);
    await advance();
    expect(await states()).toEqual(['SYNC_SUCCESS', 'finished', 'cutovered']);
  });

  it.each([
    [{ state: 'SYNCING', source_state: 'cutovering' }, 'cutover'],
    [{ state: 'SYNCING', source_state: 'finished' }, 'cutover'],
    [{ state: 'SYNCING', source_state: 'cloning' }, 'clone_test'],
    [{ state: 'SYNCING', source_state: 'finished' }, 'clone_test'],
  ])('finds no continuous synchronization at %j for %s', async (task, operation) => {
    const { code } = await startWithSource(task);
    expect(await code(operation)).toBe('SMS.7721');
  });

  it('clear leads the source server through clearing to cleared, or to clearfailed', async () => {
    const { states, code, advance } = await startWithSource({ state: 'ABORT' });
    await code('clear');
    expect(await states()).toEqual(['ABORT', 'clearing', 'replicating']);
    await advance();
    expect(await states()).toEqual(['ABORT', 'cleared', 'replicating']);
    await code('clear');
    await advance({ fails: true });
    expect(await states()).toEqual(['ABORT', 'clearfailed', 'replicating']);
  });

  it('clone_test leads the source server through cloning back to the state that its task gives it', async () => {
    const { states, code, advance } = await startWithSource({ state: 'SYNCING' });
    await code('clone_test');
    expect(await states()).toEqual(['SYNCING', 'cloning', 'syncing']);
    await advance();
    expect(await states()).toEqual(['SYNCING', 'syncing', 'syncing']);
  });

  it.each(['clear', 'clone_test', 'cutover'])(
    '%s keeps the task from being deleted until it has ended',
    async (one) => {
      const { signed, states, code, advance } = await startWithSource({ state: 'SYNC_SUCCESS' });
      await code(one);
      expect((await signed({ method: 'DELETE', path: SMS_TASK })).body.error_code).toBe('SMS.7719');
      await advance();
      await signed({ method: 'DELETE', path: SMS_TASK });
      expect((await states())[1]).toBe(one === 'clone_test' ? 'syncing' : 'deleting');
    },
  );

  it.each([
    ['stop', 'SYNCING', ['ABORTING', 'stopping']],
    ['sync', 'SYNC_SUCCESS', ['SYNCING', 'syncing']],
    ['restart', 'SYNCING', ['RUNNING', 'replicate']],
  ])('%s is taken after a cutover, and both states are those of the task again', async (operation, state, after) => {
    const { states, code } = await startWithSource({ state, source_state: 'finished' });
    expect(await code(operation)).toBeUndefined();
    expect((await states()).slice(0, 2)).toEqual(after);
  });

  it.each([{ syncing: true }, { start_target_server: false }])(
    'restart is refused after the full copy of a task with %j, whose target is not launched',
    async (task) => {
      const { code } = await startWithSource({ state: 'MIGRATE_SUCCESS', ...task });
      expect(await code('restart')).toBe('SMS.7722');
    },
  );

  it('shows the state of a source server also where only the task knows it', async () => {
    const { signed } = await start({ tasks: { sms: [{ task_id: TASK, state: 'SYNCING' }] } });
    await signed(act({ operation: 'cutover' }));
    const { body } = await signed({ method: 'GET', path: SMS_TASK });
    expect(body.source_server).toMatchObject({ state: 'cutovering' });
    expect(body).not.toHaveProperty('source_state');
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
