import { describe, expect, it } from 'vitest';
import { DCS, dcsTask, start } from '../calling.ts';

const FILES = { file_source: 'self_build_obs', bucket_name: 'redis-dumps', files: [{ file_name: 'orders.rdb' }] };
const TARGET = { id: 'd2c8399f-bdba-43c1-8069-3ff17a1a79d5', name: 'dcs-test', password: 'p' };
const BODY = {
  task_name: 'import-orders',
  description: 'nightly dump',
  migration_type: 'backupfile_import',
  migration_method: 'full_amount_migration',
  backup_files: FILES,
  target_instance: TARGET,
};
const create = { method: 'POST', path: `${DCS}/migration-task` };

describe('CreateMigrationTask', () => {
  it('makes a task that imports at once, and answers the name of the instance', async () => {
    const { signed, simulator } = await start();
    const { status, body } = await signed({ ...create, body: BODY });
    const id = expect.stringMatching(/^[0-9a-f]{32}$/);
    expect({ status, body }).toEqual({ status: 200, body: { id, name: 'dcs-test', status: 'MIGRATING', error: '' } });
    expect((await signed({ method: 'GET', path: dcsTask(body.id) })).body).toMatchObject({
      task_id: body.id,
      task_name: 'import-orders',
      description: 'nightly dump',
      status: 'MIGRATING',
      migration_type: 'backupfile_import',
      backup_files: FILES,
      target_instance: TARGET,
    });
    expect(simulator.log()[1]).toMatchObject({ kind: 'applied', task: body.id });
  });

  it.each([
    ['a backup that DCS keeps', { backup_files: { file_source: 'backup_record', backup_id: 'b' } }],
    [
      'files alone, as older pages do',
      { backup_files: { bucket_name: 'b', files: [{ file_name: 'f', size: '7MB' }] } },
    ],
    ['no description', { description: null }],
  ])('accepts %s', async (_what, change) => {
    const { signed } = await start();
    expect((await signed({ ...create, body: { ...BODY, ...change } })).status).toBe(200);
  });

  it.each([
    ['task_name', { task_name: null }],
    ['migration_type', { migration_type: 'online_migration' }],
    ['migration_method', { migration_method: 'both' }],
    ['backup_files', { backup_files: null }],
    ['backup_files.bucket_name', { backup_files: { ...FILES, bucket_name: null } }],
    ['backup_files.files', { backup_files: { ...FILES, files: [] } }],
    ['backup_files.files[0].file_name', { backup_files: { ...FILES, files: [{ size: '1' }] } }],
    ['backup_files.backup_id', { backup_files: { file_source: 'backup_record' } }],
    ['backup_files.file_source', { backup_files: { ...FILES, file_source: 'tape' } }],
    ['target_instance', { target_instance: null }],
    ['target_instance.id', { target_instance: { name: 'n' } }],
  ])('refuses a bad %s and names it: %j', async (name, change) => {
    const { signed } = await start();
    const { status, body } = await signed({ ...create, body: { ...BODY, ...change } });
    expect({ status, body }).toEqual({
      status: 400,
      body: { error_code: 'DCS.4063', error_msg: `Invalid ${name} parameter in the request.` },
    });
  });
});
