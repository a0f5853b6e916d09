import { configureDcsOnlineMigration } from '../lib/operations/configure-dcs-online-migration.ts';
import { updateDcsMigrationTask } from '../lib/operations/update-dcs-migration-task.ts';
import { queueHandler } from '../lib/queue-handler.ts';

/** Carries the changes of the DCS queue. */
export const handler = queueHandler([configureDcsOnlineMigration, updateDcsMigrationTask], process.env);
