import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../../src/lib/json/exact-json.ts';
import { createDcsBackupImport } from '../../../src/lib/operations/create-dcs-backup-import.ts';
import { createDcsOnlineMigration } from '../../../src/lib/operations/create-dcs-online-migration.ts';
import { pathsIn, problemsIn } from './judging.ts';

const PROJECT = '0123456789abcdef0123456789abcdef';
const MARK = '[relay:0123456789abcdef]';
const secret = (reference: string) => `secret behind ${reference}`;
const NETWORK = { vpc_id: 'v', subnet_id: 's', security_group_id: 'g' };
const online = (body: JsonObject = {}) => ({
  project_id: PROJECT,
  body: { name: 'redis-move-17', ...NETWORK, ...body },
});
const FILES = { file_source: 'self_build_obs', bucket_name: 'dumps', files: [{ file_name: 'orders.rdb' }] };
const backup = (body: JsonObject = {}) => ({
  project_id: PROJECT,
  body: {
    ...{ task_name: 'import-orders', migration_type: 'backupfile_import', migration_method: 'full_amount_migration' },
    ...{ backup_files: FILES, target_instance: { id: 'i' }, ...body },
  },
});

describe('a change that creates a DCS online migration', () => {
  const operation = createDcsOnlineMigration;

  it('sends what was asked, and the mark at the end of the description', () => {
    expect(problemsIn(operation, online({ description: 'orders, wave 2' }))).toEqual([]);
    expect({ method: operation.method, path: operation.path(online()) }).toEqual({
      method: 'POST',
      path: `/v2/${PROJECT}/migration/instance`,
    });
    expect(operation.body?.(online({ description: 'orders, wave 2' }), secret, MARK)).toEqual({
      ...{ name: 'redis-move-17', ...NETWORK, description: `orders, wave 2 ${MARK}` },
    });
    expect(operation.body?.(online(), secret, MARK)).toMatchObject({ description: MARK });
  });

  it('is about the name, because there is no task yet', () => {
    expect(operation.subject(online())).toEqual({
      kind: 'migration-task-name',
      id: 'redis-move-17',
      project_id: PROJECT,
    });
  });

  it('warns of a name that may be refused, and sends it', () => {
    const warned = ['name: 4 to 64 letters of A-Z a-z, digits, _ and - are certainly allowed; it was sent as asked'];
    expect(operation.warnings?.(online({ name: 'ab' }))).toEqual(warned);
    expect(operation.warnings?.(online({ name: '缓存迁移' }))).toEqual(warned);
    expect(operation.warnings?.(online())).toEqual([]);
  });

  it.each([
    ['no name', online({ name: '' }), ['data.body.name']],
    ['a line break in the name', online({ name: 'a\nb' }), ['data.body.name']],
    ['a long name', online({ name: 'n'.repeat(65) }), ['data.body.name']],
    ['no network', online({ subnet_id: '' }), ['data.body.subnet_id']],
    ['a task', { ...online(), task_id: 't' }, ['data.task_id']],
    ['an unknown field', online({ engine: 'redis' }), ['data.body.engine']],
  ])('is refused with %s', (_title, change, paths) => {
    expect(pathsIn(operation, change)).toEqual(paths);
  });

  it('takes the id of the task from the reply, which calls it instance_id', () => {
    const reply = operation.reply.parse({ instance_id: 'b21989ec', job_id: 'ff80' });
    expect({ id: operation.createdIn?.(reply), fields: operation.pickReply(reply) }).toEqual({
      id: 'b21989ec',
      fields: { job_id: 'ff80' },
    });
    expect(operation.pickReply({ instance_id: 'b21989ec' })).toEqual({});
    for (const body of [undefined, {}, { instance_id: '' }, { instance_id: 7 }, { instance_id: 'i'.repeat(256) }])
      expect(operation.reply.safeParse(body).success).toBe(false);
  });

  it('is found by its name in a list, and recognised by the mark', () => {
    const { list, path } = operation.readBack;
    const spaced = online({ name: 'a b/é' });
    expect(path(spaced)).toBe(`/v2/${PROJECT}/migration-tasks?limit=50&name=a%20b%2F%C3%A9&offset=0`);
    for (const task_id of ['', 7, null, 'i'.repeat(256)]) expect(list?.idOf({ task_id })).toBeUndefined();
    expect(list?.idOf({ task_id: 'i'.repeat(255) })).toBe('i'.repeat(255));
    expect(list?.path(spaced, 50)).toBe(`/v2/${PROJECT}/migration-tasks?limit=50&name=a%20b%2F%C3%A9&offset=50`);
    const elements = [
      { task_id: 'mine', task_name: 'redis-move-17', description: `orders ${MARK}` },
      { task_id: 'other name', task_name: 'redis-move-170', description: MARK },
      { task_id: 'other mark', task_name: 'redis-move-17', description: '[relay:fedcba9876543210]' },
    ];
    expect(operation.readBack.snapshot({ elements }, online(), MARK)).toEqual({
      ids: ['mine', 'other name', 'other mark'],
      own: ['mine', 'other name'],
      unclear: [],
    });
  });

  const sentText = 'orders of the second wave, by night';
  it.each([
    ['its mark in another place', { description: `${MARK} orders` }, 'own'],
    ['its mark under another name', { task_name: 'renamed', description: MARK }, 'own'],
    ['no description', { description: null }, 'unclear'],
    ['an empty description', { description: ' ' }, 'unclear'],
    ['no member for it', { description: undefined }, 'unclear'],
    ['the beginning of its description', { description: 'orders of the second' }, 'unclear'],
    ['such a beginning with an ellipsis', { description: 'orders of the sec...' }, 'unclear'],
    ['its description without the mark', { description: sentText }, 'unclear'],
    ['no blanks around its name', { task_name: 'redis-move-17', description: '' }, 'unclear'],
    ['the mark of another change', { description: 'orders [relay:fedcba9876543210]' }, 'other'],
    ['another description', { description: 'by hand' }, 'other'],
    ['another name', { task_name: 'redis-move-170', description: null }, 'none'],
  ])('takes a task that shows %s as it is: %s %s', (_title, over, origin) => {
    const change = online({ name: ' redis-move-17', description: sentText });
    const elements = [{ task_id: 't', task_name: ' redis-move-17', ...over }] as JsonObject[];
    const { ids, own, unclear } = operation.readBack.snapshot({ elements } as JsonObject, change, MARK);
    const found = { own: own as string[], unclear: unclear as string[], ids: ids as string[] };
    expect(found).toEqual({
      own: origin === 'own' ? ['t'] : [],
      unclear: origin === 'unclear' ? ['t'] : [],
      ids: origin === 'none' ? [] : ['t'],
    });
  });
});

describe('a change that creates a DCS backup import', () => {
  const operation = createDcsBackupImport;

  it('sends what was asked, with the password and the mark filled in', () => {
    const change = backup({ description: 'dump', target_instance: { id: 'i', password_ref: 'redis/target' } });
    expect(problemsIn(operation, change)).toEqual([]);
    expect(operation.path(change)).toBe(`/v2/${PROJECT}/migration-task`);
    expect(operation.secretReferences?.(change)).toEqual(['redis/target']);
    expect(operation.body?.(change, secret, MARK)).toEqual({
      ...change.body,
      ...{ description: `dump ${MARK}`, target_instance: { id: 'i', password: 'secret behind redis/target' } },
    });
  });

  it('says where it contains a password', () => {
    const change = backup({ target_instance: { id: 'i', password: 'CANARY' } });
    expect(operation.inlineSecrets?.(change)).toEqual(['data.body.target_instance.password']);
    expect(operation.inlineSecrets?.(backup())).toEqual([]);
    expect(operation.readBack.unverifiable(change)).toEqual(['data.body.target_instance.password']);
    expect(
      operation.readBack.unverifiable(backup({ target_instance: { id: 'i', password_ref: 'redis/target' } })),
    ).toEqual(['data.body.target_instance.password_ref']);
    expect(operation.readBack.unverifiable(backup())).toEqual([]);
  });

  it('warns of what newer editions of the manual ask for', () => {
    const { file_source: _none, ...files } = FILES;
    expect(operation.warnings?.(backup({ backup_files: files, migration_method: 'incremental_migration' }))).toEqual([
      'migration_method: full_amount_migration is meant for an import; it was sent as asked',
      'backup_files.file_source: newer editions require it; the request was sent without it',
    ]);
    expect(operation.warnings?.(backup())).toEqual([]);
    expect(problemsIn(operation, backup({ backup_files: files }))).toEqual([]);
    expect(problemsIn(operation, backup({ backup_files: { backup_id: 'b' } }))).toEqual([]);
    expect(
      problemsIn(operation, backup({ backup_files: { file_source: 'backup_record', backup_id: 'b', files: [] } })),
    ).toEqual([]);
  });

  it.each([
    ['an online migration', backup({ migration_type: 'online_migration' }), ['data.body.migration_type']],
    ['no files', backup({ backup_files: { bucket_name: 'b' } }), ['data.body.backup_files']],
    ['an empty list of files', backup({ backup_files: { ...FILES, files: [] } }), ['data.body.backup_files']],
    ['files of no bucket', backup({ backup_files: { ...FILES, bucket_name: '' } }), ['data.body.backup_files']],
    [
      'a record among files of a bucket',
      backup({ backup_files: { file_source: 'self_build_obs', backup_id: 'b' } }),
      ['data.body.backup_files'],
    ],
    [
      'files in place of a record',
      backup({ backup_files: { ...FILES, file_source: 'backup_record' } }),
      ['data.body.backup_files'],
    ],
    ['a source', backup({ source_instance: { addrs: 'a:1' } }), ['data.body.source_instance']],
    [
      'two passwords',
      backup({ target_instance: { id: 'i', password: 'a', password_ref: 'b' } }),
      ['data.body.target_instance'],
    ],
  ])('is refused with %s', (_title, change, paths) => {
    expect(pathsIn(operation, change)).toEqual(paths);
  });

  it('takes the id of the task from the reply', () => {
    const reply = operation.reply.parse({ id: '8aa6', name: 'dcs-test', status: 'MIGRATING', error: '' });
    expect({ id: operation.createdIn?.(reply), fields: operation.pickReply(reply) }).toEqual({
      id: '8aa6',
      fields: { status: 'MIGRATING' },
    });
  });
});
