import { randomUUID } from 'node:crypto';
import type { Members } from '../json.ts';
import { flag, list, members, oneOf, type Rule, text, ValidationError } from '../rules.ts';
import type { Operation } from '../world.ts';
import { readMembers } from './body.ts';
import { createTask } from './task.ts';

const any = text(Infinity);
const texts = (...names: string[]): Record<string, Rule> => Object.fromEntries(names.map((name) => [name, any]));

const backupFiles = members({
  ...texts('bucket_name', 'backup_id'),
  file_source: oneOf('self_build_obs', 'backup_record'),
  files: list(members(texts('file_name', 'size', 'update_at'), ['file_name']), Infinity, 1),
});

/** What the files are taken from. The page's table requires more, but Terraform leaves it out. */
const NEEDED: Record<string, string[]> = { self_build_obs: ['bucket_name', 'files'], backup_record: ['backup_id'] };

const files: Rule = (value, path) => {
  backupFiles(value, path);
  const { file_source = 'self_build_obs', ...more } = value as Members;
  const missing = NEEDED[String(file_source)]?.find((name) => (more[name] ?? null) === null);
  if (missing !== undefined) throw new ValidationError('missing', `${path}.${missing}`);
};

const target = members({ ...texts('id', 'name', 'password', 'ip', 'port', 'addrs', 'db'), proxy_multi_db: flag }, [
  'id',
]);

/** The page also lists online_migration, but says that it is retired. */
const backupImport = members(
  {
    ...texts('task_name', 'description'),
    migration_type: oneOf('backupfile_import'),
    migration_method: oneOf('full_amount_migration', 'incremental_migration'),
    backup_files: files,
    target_instance: target,
  },
  ['task_name', 'migration_type', 'migration_method', 'backup_files', 'target_instance'],
);

/** POST /v2/{project_id}/migration-task: makes a task that imports a backup, which begins at once. */
export const createMigrationTask: Operation = (world, call) => {
  const body = readMembers(call, backupImport);
  const { task_name, description = '', migration_type, migration_method, backup_files } = body;
  const { name, ...instance } = body.target_instance as Members;
  const task = randomUUID().replaceAll('-', '');
  const applied = createTask(world, call.project, task, {
    task_name,
    description,
    status: 'MIGRATING',
    migration_type,
    migration_method,
    backup_files,
    target_instance: body.target_instance,
  });
  // In the page's example the name is that of the instance.
  const reply = { id: task, name: name ?? instance.id, status: 'MIGRATING', error: '' };
  return { reply: { status: 200, body: reply }, applied: [applied] };
};
