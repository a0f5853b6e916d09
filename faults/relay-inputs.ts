import { actOnSmsTask } from '../src/lib/operations/act-on-sms-task.ts';
import { configureDcsOnlineMigration } from '../src/lib/operations/configure-dcs-online-migration.ts';
import { updateDcsMigrationTask } from '../src/lib/operations/update-dcs-migration-task.ts';
import { updateSmsTask202409, updateSmsTask202601 } from '../src/lib/operations/update-sms-task.ts';
import type { Random } from './world/random.ts';

const HOUR = 3_600_000;

/** The operations that changes ask for. */
export const OPERATIONS = [
  configureDcsOnlineMigration,
  updateDcsMigrationTask,
  updateSmsTask202409,
  updateSmsTask202601,
  actOnSmsTask,
];

const key = (byte: number) => Buffer.alloc(32, byte).toString('base64');

/** The fingerprint key is replaced in the middle of a run; for five minutes some workers have the new one and some the old. */
export function keysAt(start: number, now: () => number, random: Random) {
  const keys = { k1: key(1), k2: key(2) };
  return () => ({ current: now() > start + HOUR / 3 + random.between(0, 300_000) ? 'k2' : 'k1', keys });
}
