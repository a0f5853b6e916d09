import { randomUUID } from 'node:crypto';

export const PROJECT = '0123456789abcdef0123456789abcdef';

const envelope = (type: string, data: object) => ({
  specversion: '1.0',
  id: randomUUID(),
  source: '/tests',
  type,
  data,
});
/** A change of each operation, under an id of its own. */
export const update = (task_id: string) =>
  envelope('migration.dcs.migration-task.update', { project_id: PROJECT, task_id, body: { resume_mode: 'manual' } });
export const rename = (task_id: string) =>
  envelope('migration.sms.task.update', { task_id, body: { name: 'renamed' } });
export const configuration = (task_id: string, secret: object) =>
  envelope('migration.dcs.online-migration.configure', {
    project_id: PROJECT,
    task_id,
    body: {
      migration_method: 'full_amount_migration',
      resume_mode: 'auto',
      source_instance: { addrs: '192.168.1.1:6379', ...secret },
      target_instance: { id: 'cf4a05df-1c38-47c5-bb5a-0a7b3673b3bd' },
    },
  });
