import * as z from 'zod';
import type { JsonObject } from '../json/exact-json.ts';
import { rule } from '../json/rule.ts';
import { findByMark, marked, nameWarnings, taskName } from './dcs-creation.ts';
import { anyText, CreatedId, flag, list, oneOf, pathId, SecretReference, text } from './fields.ts';
import { defineOperation } from './operation.ts';
import { path } from './paths.ts';

const MAX_FILES = 1000;
function dataSchema() {
  const File = z.strictObject({
    file_name: text(1024, 1),
    size: anyText().optional(),
    update_at: anyText().optional(),
  });
  const Backup = z
    .strictObject({
      file_source: oneOf('self_build_obs', 'backup_record').optional(),
      bucket_name: anyText().optional(),
      files: list(File, MAX_FILES).optional(),
      backup_id: anyText().optional(),
    })
    .refine(
      ({ file_source, bucket_name, files = [], backup_id }) =>
        (file_source !== 'self_build_obs' && backup_id) ||
        (file_source !== 'backup_record' && bucket_name && files.length > 0),
      rule('files-or-backup', 'must name a bucket and files (self_build_obs) or a backup_id (backup_record)'),
    );
  const Target = z
    .strictObject({
      id: text(255, 1),
      name: anyText().optional(),
      password: anyText().optional(),
      password_ref: SecretReference.optional(),
      ip: anyText().optional(),
      port: anyText().optional(),
      addrs: anyText().optional(),
      proxy_multi_db: flag.optional(),
      db: anyText().optional(),
    })
    .refine(
      ({ password, password_ref }) => password === undefined || password_ref === undefined,
      rule('one-password', 'must not have both password and password_ref'),
    );
  /** The API also has an online migration by this call, which is retired. */
  const Body = z.strictObject({
    task_name: taskName(),
    description: anyText().optional(),
    migration_type: oneOf('backupfile_import'),
    migration_method: oneOf('full_amount_migration', 'incremental_migration'),
    backup_files: Backup,
    target_instance: Target,
  });
  return z.strictObject({ project_id: pathId(64), body: Body });
}
type Data = z.infer<ReturnType<typeof dataSchema>>;

/** Paths of passwords that the change contains or refers to. */
const passwordPaths = ({ body }: Data, ...names: ('password' | 'password_ref')[]) =>
  names.filter((name) => body.target_instance[name]).map((name) => `data.body.target_instance.${name}`);

/** Warnings for what the newest pages ask for, and earlier ones leave open. */
const warnings = ({ body: { task_name, migration_method, backup_files } }: Data) => [
  ...nameWarnings('task_name', task_name),
  ...(migration_method === 'incremental_migration'
    ? ['migration_method: full_amount_migration is meant for an import; it was sent as asked']
    : []),
  ...(backup_files.file_source === undefined
    ? ['backup_files.file_source: newer editions require it; the request was sent without it']
    : []),
];

const word = z.string().nullish();
const Reply = z.looseObject({ id: CreatedId, name: word, status: word });
type Reply = z.infer<typeof Reply>;

function requestBody({ body }: Data, secret: (reference: string) => string, mark?: string): JsonObject {
  const { password_ref, ...target } = body.target_instance;
  return {
    ...body,
    description: marked(body.description, mark),
    target_instance: { ...target, ...(password_ref !== undefined && { password: secret(password_ref) }) },
  };
}

/** POST /v2/{project_id}/migration-task: creates a task that imports backup files into an instance, and starts it. */
export const createDcsBackupImport = defineOperation<Data>({
  name: 'create-dcs-backup-import',
  call: 'CreateMigrationTask',
  service: 'dcs',
  change: 'migration.dcs.backup-import.create',
  permissions: ['dcs:migrationTask:create', 'dcs:migrationTask:list'],
  input: dataSchema,
  warnings,
  subject: ({ project_id, body }) => ({ kind: 'migration-task-name', id: body.task_name, project_id }),
  method: 'POST',
  path: ({ project_id }) => path`/v2/${project_id}/migration-task`,
  secretReferences: ({ body }) => (body.target_instance.password_ref ? [body.target_instance.password_ref] : []),
  inlineSecrets: (data) => passwordPaths(data, 'password'),
  body: requestBody,
  reply: Reply,
  createdIn: (reply) => (reply as Reply).id,
  pickReply: (reply) => {
    const { status } = reply as Reply;
    return status ? { status } : {};
  },
  readBack: findByMark(
    ({ body }) => body.task_name,
    (data) => passwordPaths(data, 'password', 'password_ref'),
  ),
  // A second import overwrites equal keys again.
  repeatable: false,
});
