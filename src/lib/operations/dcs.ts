import { configureDcsOnlineMigration } from './configure-dcs-online-migration.ts';
import { createDcsBackupImport } from './create-dcs-backup-import.ts';
import { createDcsOnlineMigration } from './create-dcs-online-migration.ts';
import { deleteDcsMigrationTask } from './delete-dcs-migration-task.ts';
import { exchangeDcsIp } from './exchange-dcs-ip.ts';
import type { Operation } from './operation.ts';
import { restartDcsOnlineMigration } from './restart-dcs-online-migration.ts';
import { rollBackDcsIp } from './roll-back-dcs-ip.ts';
import { stopDcsMigrationTask } from './stop-dcs-migration-task.ts';
import { updateDcsMigrationTask } from './update-dcs-migration-task.ts';

/** The operations whose changes are sent through the DCS queue. */
export const DCS_OPERATIONS: readonly Operation[] = [
  configureDcsOnlineMigration,
  updateDcsMigrationTask,
  stopDcsMigrationTask,
  restartDcsOnlineMigration,
  deleteDcsMigrationTask,
  exchangeDcsIp,
  rollBackDcsIp,
  createDcsOnlineMigration,
  createDcsBackupImport,
];
