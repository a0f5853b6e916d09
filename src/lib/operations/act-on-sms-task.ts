import * as z from 'zod';
import { flag, oneOf, pathId, ShownTask, text } from './fields.ts';
import { defineOperation, type JsonObject, path, type Verdict } from './operation.ts';

/** What an action leads to, as far as the state of the task shows it. */
interface Effect {
  /** States that follow the action, now or later. */
  shows: readonly string[];
  /** States before it to which a task doesn't come back by itself. */
  untouched: readonly string[];
}

const UNSHOWN: Effect = { shows: [], untouched: [] };

/**
 * The actions of the manual's versions from 2022 to January 2026 and of the SDKs; each cloud refuses those that it doesn't
 * know. The states are those of GET /v3/tasks/{task_id} and of the list call's filter.
 */
const ACTIONS = {
  start: { shows: ['RUNNING', 'MIGRATE_SUCCESS', 'SYNCING', 'SYNC_SUCCESS'], untouched: ['READY', 'ABORT'] },
  stop: { shows: ['ABORTING', 'ABORT'], untouched: ['RUNNING', 'SYNCING'] },
  sync: { shows: ['SYNCING', 'SYNC_SUCCESS'], untouched: ['MIGRATE_SUCCESS'] },
  restart: { shows: ['RUNNING'], untouched: [] },
  skip: { shows: ['SKIPPING'], untouched: [] },
  sync_failed_rollback: { shows: ['SYNC_F_ROLLBACKING', 'SYNC_F_ROLLBACK_SUCCESS'], untouched: ['SYNC_FAIL'] },
  test: UNSHOWN,
  clone_test: UNSHOWN,
  migration_test: UNSHOWN,
  cutover: UNSHOWN,
  network_check: UNSHOWN,
  collect_log: UNSHOWN,
  clear: UNSHOWN,
} as const satisfies Record<string, Effect>;
type Action = keyof typeof ACTIONS;

const Body = z.strictObject({
  operation: oneOf(...(Object.keys(ACTIONS) as [Action, ...Action[]])),
  template_id: text(2048).optional(),
  switch_hce: flag.optional(),
  is_need_consistency_check: flag.optional(),
});
const Data = z.strictObject({ task_id: pathId(36), body: Body });
type Data = z.infer<typeof Data>;

function verdict({ state }: JsonObject, { body }: Data, moved: boolean | undefined): Verdict {
  const { shows, untouched }: Effect = ACTIONS[body.operation];
  if (moved === true && shows.includes(String(state))) return 'applied';
  return moved === false && untouched.includes(String(state)) ? 'not-applied' : 'cannot-tell';
}

/** The options of an action are shown by no read, and some actions leave no trace in the state. */
const unseen = ({ body }: Data) =>
  Object.keys(body)
    .filter((name) => name !== 'operation' || ACTIONS[body.operation] === UNSHOWN)
    .map((name) => `data.body.${name}`);

/** POST /v3/tasks/{task_id}/action: starts, stops or synchronises a server's migration task, and the like. */
export const actOnSmsTask = defineOperation<Data>({
  name: 'act-on-sms-task',
  call: 'UpdateTaskStatus',
  service: 'sms',
  change: 'migration.sms.task.act',
  input: Data,
  method: 'POST',
  path: ({ task_id }) => path`/v3/tasks/${task_id}/action`,
  body: ({ body }) => body,
  // The manual's versions say text or nothing.
  reply: z.union([z.undefined(), z.string(), z.record(z.string(), z.unknown())]),
  useful: () => ({}),
  readBack: {
    path: ({ task_id }) => path`/v3/tasks/${task_id}`,
    reply: ShownTask,
    look: ({ state }) => (typeof state === 'string' ? { state } : {}),
    verdict,
    unseen,
  },
  // A second start may begin anew what the first one has ended.
  repeatable: false,
});
