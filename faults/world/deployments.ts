import type { JsonObject } from '../../src/lib/json/exact-json.ts';
import { configureDcsOnlineMigration } from '../../src/lib/operations/configure-dcs-online-migration.ts';
import { createDcsOnlineMigration } from '../../src/lib/operations/create-dcs-online-migration.ts';
import { createSmsTask } from '../../src/lib/operations/create-sms-task.ts';
import { DCS_OPERATIONS } from '../../src/lib/operations/dcs.ts';
import { exchangeDcsIp } from '../../src/lib/operations/exchange-dcs-ip.ts';
import type { Operation, Revision } from '../../src/lib/operations/operation.ts';
import { restartDcsOnlineMigration } from '../../src/lib/operations/restart-dcs-online-migration.ts';
import { SMS_OPERATIONS } from '../../src/lib/operations/sms.ts';
import { updateSmsTask202409, updateSmsTask202601 } from '../../src/lib/operations/update-sms-task.ts';
import type { Clock } from './clock.ts';
import type { Random } from './random.ts';

const MINUTE = 60_000;

/** The settings that a worker keeps from its start to its end. */
export interface WorkerSettings {
  revision: Revision;
  allowInlineSecrets: boolean;
  maxAttempts: number;
  maxAge: number;
  /** Operations in another version than at the start of the run. */
  replaced: readonly Operation[];
}

/** Settings that are deployed at a time, in milliseconds after a run's start. All other settings are as at the start. */
export interface Deployment {
  at: number;
  settings: Partial<WorkerSettings>;
}

/** A deployment replaces the running workers within this many milliseconds. */
const ROLLOUT = 300_000;

/** Returns the settings of a worker that starts now, the number of its deployment, and the time at which it is replaced at the latest. */
export type CurrentDeployment = () => { settings: WorkerSettings; version: number; until: number };

/** Deploys by a plan. */
export function createDeployments(
  clock: Clock,
  random: Random,
  base: WorkerSettings,
  plan: readonly Deployment[],
): CurrentDeployment {
  const start = clock.now();
  return () => {
    const passed = clock.now() - start;
    const version = plan.filter(({ at }) => at <= passed).length;
    const [settings, next] = [plan[version - 1]?.settings, plan[version]];
    return {
      version,
      settings: { ...base, ...settings },
      until: next ? start + next.at + random.between(0, ROLLOUT) : Number.POSITIVE_INFINITY,
    };
  };
}

/** The operations of all changes in a run. */
export const OPERATIONS: Operation[] = [...DCS_OPERATIONS, ...SMS_OPERATIONS];

const key = (byte: number) => Buffer.alloc(32, byte).toString('base64');

/** Replaces the fingerprint key in the middle of a run. For five minutes some workers have the new key and some the old one. */
export function keysAt(start: number, now: () => number, random: Random) {
  const keys = { k1: key(1), k2: key(2) };
  return () => ({ current: now() > start + 20 * MINUTE + random.between(0, 300_000) ? 'k2' : 'k1', keys });
}

/** The same operation in a version whose read-back compares more. A baseline of another version can't be compared with its snapshots. */
function newer(operation: Operation): Operation {
  const { readBack } = operation;
  const MORE = { looked_at_by: 'the next version' };
  return {
    ...operation,
    readBack: {
      ...readBack,
      version: readBack.version + 1,
      snapshot: (task, data, mark) => ({ ...readBack.snapshot(task, data, mark), ...MORE }),
      verdict({ looked_at_by: _more, ...snapshot }, data, isBaseline) {
        return readBack.verdict(snapshot, data, isBaseline && ((other) => isBaseline({ ...other, ...MORE })));
      },
    },
  };
}

/** The same operation with a schema that refuses changes which it accepted before. */
function stricter(operation: Operation): Operation {
  const isSlow = (data: unknown) => !(Number((data as { body: JsonObject }).body.speed_limit) > 1000);
  return { ...operation, input: operation.input.refine(isSlow, { error: 'must be slow' }) };
}

export const NEWER: Partial<WorkerSettings> = {
  replaced: [
    ...[newer(configureDcsOnlineMigration), newer(exchangeDcsIp), newer(restartDcsOnlineMigration)],
    ...[newer(createDcsOnlineMigration), newer(createSmsTask)],
  ],
};
export const STRICTER: Partial<WorkerSettings> = {
  replaced: [stricter(updateSmsTask202409), stricter(updateSmsTask202601)],
};

/** The settings that are deployed one after the other during a run. */
const SETTINGS: readonly Partial<WorkerSettings>[] = [
  { revision: '2024-09', maxAttempts: 6 },
  { allowInlineSecrets: true, maxAge: 20 * MINUTE },
  STRICTER,
  { allowInlineSecrets: true, maxAge: 96 * 60 * MINUTE },
  { ...NEWER, revision: '2024-09' },
  { ...NEWER, maxAttempts: 12 },
];

export const DEPLOYMENTS: readonly Deployment[] = SETTINGS.map((settings, place) => ({
  at: (place + 1) * 8 * MINUTE,
  settings,
}));
