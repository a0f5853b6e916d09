import { describe, expect, it } from 'vitest';
import { DEFAULT_PROJECT_ID } from '../../../simulator/credentials.ts';
import { DCS, DCS_TASK, start, TASK } from '../calling.ts';

const remove = (...task_id_list: unknown[]) => ({
  method: 'DELETE',
  path: `${DCS}/migration-tasks/delete`,
  body: { task_id_list },
});
const list = { method: 'GET', path: `${DCS}/migration-tasks` };
const task = `tasks/dcs/${DEFAULT_PROJECT_ID}/${TASK}`;
const kinds = (log: { kind: string }[]) => log.map(({ kind }) => kind);

describe('DeleteMigrationTask', () => {
  it.each(['RUNNING', 'SUCCESS', 'FAILED', 'TERMINATED', 'MIGRATION_FAILED', 'RELEASED'])(
    'deletes a task that is %s, and answers its id',
    async (status) => {
      const { signed, control, simulator } = await start();
      await control('PUT', task, { status });
      expect(await signed(remove(TASK))).toMatchObject({ status: 200, body: { task_id_list: [TASK] } });
      expect((await signed(list)).body).toEqual({ count: 0, migration_tasks: [] });
      expect((await signed({ method: 'GET', path: DCS_TASK })).body.error_code).toBe('DCS.4133');
      expect(simulator.log()[1]).toMatchObject({ kind: 'applied', task: TASK, after: { status: 'DELETED' } });
    },
  );

  it.each(['CREATING', 'FULLMIGRATING', 'MIGRATING', 'INCRMIGEATING', 'TERMINATING'])(
    'refuses a task that is %s, and deletes none',
    async (status) => {
      const { signed, control, simulator } = await start();
      await control('PUT', `tasks/dcs/${DEFAULT_PROJECT_ID}/busy`, { status });
      expect(await signed(remove(TASK, 'busy'))).toMatchObject({ status: 400, body: { error_code: 'DCS.4957' } });
      expect(kinds(simulator.log())).not.toContain('applied');
    },
  );

  it('answers an unknown or deleted task as if there was one, and changes nothing', async () => {
    const { signed, simulator } = await start();
    await signed(remove(TASK, TASK));
    expect((await signed(remove(TASK, 'none'))).body).toEqual({ task_id_list: [TASK, 'none'] });
    expect(kinds(simulator.log()).filter((kind) => kind === 'applied')).toHaveLength(1);
  });

  it('is seen late where reads lag', async () => {
    let now = Date.UTC(2026, 0, 2);
    const { signed } = await start({ clock: () => now, settings: { read_lag_ms: 1000 } });
    now += 2000;
    await signed({ ...remove(TASK), time: now });
    expect((await signed({ ...list, time: now })).body.count).toBe(1);
    now += 1000;
    expect((await signed({ ...list, time: now })).body.count).toBe(0);
  });

  it.each([
    ['no body', undefined, 'DCS.4004'],
    ['no list', {}, 'DCS.4063'],
    ['an empty list', { task_id_list: [] }, 'DCS.4063'],
    ['an id that is no text', { task_id_list: [7] }, 'DCS.4063'],
  ])('refuses %s', async (_what, body, error_code) => {
    const { signed } = await start();
    const { path } = remove();
    expect(await signed({ method: 'DELETE', path, body })).toMatchObject({ status: 400, body: { error_code } });
  });
});
