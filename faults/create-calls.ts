import { type Draft, type MakeDraft, PROJECT } from './draft.ts';
import type { Call } from './world/calls.ts';
import type { Values } from './world/task.ts';

/** A change that creates a task. The body is as asked: a task of DCS gets a mark in its description besides. */
const creation = (service: Draft['service'], call: Call, type: string, data: Values): Draft => ({
  service,
  kind: 'valid',
  repeatable: false,
  call,
  event: { type, data },
  body: data.body as Values,
});

/** The name under which the tasks of a number are created. One is a part of others, and some must be escaped in a path. */
export const nameOf = (number: number) => (number % 7 === 0 ? `move ${number} & é` : `move-${number}`);

export const createOnline: MakeDraft = (name, random) => {
  const described = random.chance(0.5) ? { description: `wave ${random.between(1, 3)}` } : {};
  const body = { name, ...described, vpc_id: 'vpc', subnet_id: 'subnet', security_group_id: 'group' };
  return creation('dcs', 'create_online', 'migration.dcs.online-migration.create', { project_id: PROJECT, body });
};

export const createImport: MakeDraft = (task_name, random) => {
  const reference = `redis/target-${random.between(1, 9)}`;
  const body = {
    task_name,
    migration_type: 'backupfile_import',
    migration_method: 'full_amount_migration',
    backup_files: { file_source: 'backup_record', backup_id: `backup-${random.between(1, 9)}` },
  };
  const withTarget = (target: Values) => ({ ...body, target_instance: { id: 'instance-1', ...target } });
  const data = { project_id: PROJECT, body: withTarget({ password_ref: reference }) };
  const draft = creation('dcs', 'create_import', 'migration.dcs.backup-import.create', data);
  return { ...draft, body: withTarget({ password: `canary-secret-${reference}` }) };
};

/** The task of a source. An orchestrator names its target, and seldom asks twice for the same. */
export const createSms: MakeDraft = (id, random, { alike }) => {
  const vm_id = random.chance(alike) ? 'vm-1' : `vm-${random.id()}`;
  const body = {
    name: random.pick(['wave-1', 'wave-2']),
    type: 'MIGRATE_FILE',
    source_server: { id },
    target_server: { name: 'target', vm_id },
    ...{ region_name: 'r', region_id: 'r', project_name: 'p', project_id: 'p', os_type: 'LINUX' },
  };
  return creation('sms', 'create_sms', 'migration.sms.task.create', { body });
};
