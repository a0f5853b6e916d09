import type { JsonObject } from '../src/lib/json/exact-json.ts';
import { configureDcsOnlineMigration } from '../src/lib/operations/configure-dcs-online-migration.ts';
import type { Operation } from '../src/lib/operations/operation.ts';
import { updateSmsTask202409, updateSmsTask202601 } from '../src/lib/operations/update-sms-task.ts';
import type { Deployment, WorkerSettings } from './world/deployed.ts';

const MINUTE = 60_000;

/** The same operation in a version whose readings look at more: what another version kept of a task is no measure for it. */
function newer(operation: Operation): Operation {
  const { readBack } = operation;
  const MORE = { looked_at_by: 'the next version' };
  return {
    ...operation,
    readBack: {
      ...readBack,
      version: readBack.version + 1,
      look: (task, data) => ({ ...readBack.look(task, data), ...MORE }),
      verdict({ looked_at_by: _more, ...seen }, data, was) {
        return readBack.verdict(seen, data, was && ((facts) => was({ ...facts, ...MORE })));
      },
    },
  };
}

/** The same operation with a schema that refuses what it once took. */
function stricter(operation: Operation): Operation {
  const isSlow = (data: unknown) => !(Number((data as { body: JsonObject }).body.speed_limit) > 1000);
  return { ...operation, input: operation.input.refine(isSlow, { error: 'must be slow' }) };
}

export const NEWER: Partial<WorkerSettings> = { replaced: [newer(configureDcsOnlineMigration)] };
export const STRICTER: Partial<WorkerSettings> = {
  replaced: [stricter(updateSmsTask202409), stricter(updateSmsTask202601)],
};

/** What deployments change while changes are under way, one after the other. */
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
