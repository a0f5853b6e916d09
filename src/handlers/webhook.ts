import { configureDcsOnlineMigration } from '../lib/operations/configure-dcs-online-migration.ts';
import { updateDcsMigrationTask } from '../lib/operations/update-dcs-migration-task.ts';
import { updateSmsTask202409, updateSmsTask202601 } from '../lib/operations/update-sms-task.ts';
import { webhookHandler } from '../lib/webhook-handler.ts';

/** Takes changes of every kind over HTTP and queues them. */
export const handler = webhookHandler(
  [configureDcsOnlineMigration, updateDcsMigrationTask, updateSmsTask202409, updateSmsTask202601],
  process.env,
);
