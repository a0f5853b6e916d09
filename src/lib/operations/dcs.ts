import { configureDcsOnlineMigration } from './configure-dcs-online-migration.ts';
import type { Operation } from './operation.ts';
import { updateDcsMigrationTask } from './update-dcs-migration-task.ts';

/** The operations whose changes are sent through the DCS queue. */
export const DCS_OPERATIONS: readonly Operation[] = [configureDcsOnlineMigration, updateDcsMigrationTask];
