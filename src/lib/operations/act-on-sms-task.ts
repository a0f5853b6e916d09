import * as z from 'zod';
import { isObject, type JsonObject } from '../json/exact-json.ts';
import { rule } from '../json/rule.ts';
import { flag, oneOf, pathId, ShownTask, text } from './fields.ts';
import { defineOperation, path, type ShownBefore, type Verdict } from './operation.ts';

/**
 * The states that a task reaches by itself from each state, including that state (life cycle notes: a migration runs,
 * succeeds, and then synchronises for good). Any state may follow one that is not listed.
 */
const RUNNING_ON = ['RUNNING', 'MIGRATE_SUCCESS', 'MIGRATE_FAIL', 'SYNCING', 'SYNC_SUCCESS', 'SYNC_FAIL'] as const;
const SYNCING_ON = ['SYNCING', 'SYNC_SUCCESS', 'SYNC_FAIL'] as const;
const ROLLING_BACK = ['RESETING', 'SYNC_F_ROLLBACKING', 'SYNC_F_ROLLBACK_SUCCESS', 'SYNC_F_ROLLBACK_FAIL'] as const;
const BY_ITSELF: Readonly<Record<string, readonly string[]>> = {
  // The task may have been created to start by itself, and no read shows that.
  READY: ['READY', ...RUNNING_ON],
  RUNNING: RUNNING_ON,
  MIGRATE_SUCCESS: ['MIGRATE_SUCCESS', ...SYNCING_ON],
  MIGRATE_FAIL: ['MIGRATE_FAIL'],
  SYNCING: SYNCING_ON,
  SYNC_SUCCESS: SYNCING_ON,
  // A continuous synchronisation may start again after a failure. No source says that it doesn't.
  SYNC_FAIL: SYNCING_ON,
  ABORTING: ['ABORTING', 'ABORT'],
  ABORT: ['ABORT'],
  SYNC_F_ROLLBACK_SUCCESS: ['SYNC_F_ROLLBACK_SUCCESS'],
  SYNC_F_ROLLBACK_FAIL: ['SYNC_F_ROLLBACK_FAIL'],
};

/** What an action leads to, as far as the state of the task shows it. */
interface Effect {
  /** States that follow the action, now or later. They prove the action only if the task does not reach them by itself. */
  shows: readonly string[];
  /** States to which a task does not return once the action has begun. */
  untouched: readonly string[];
}

const UNSHOWN: Effect = { shows: [], untouched: [] };

/**
 * The actions of the manual's versions from 2022 to January 2026 and of the SDKs. Each cloud refuses those that it does not
 * know. The states are those of GET /v3/tasks/{task_id}, in the SDK's spelling (RESETING), and of the list call's filter.
 */
const ACTIONS = {
  start: { shows: RUNNING_ON, untouched: ['READY', 'ABORT'] },
  stop: { shows: ['ABORTING', 'ABORT'], untouched: ['RUNNING', 'SYNCING'] },
  sync: { shows: SYNCING_ON, untouched: ['MIGRATE_SUCCESS'] },
  restart: { shows: RUNNING_ON, untouched: [] },
  skip: { shows: ['SKIPPING'], untouched: [] },
  sync_failed_rollback: { shows: ROLLING_BACK, untouched: ['SYNC_FAIL'] },
  test: UNSHOWN,
  clone_test: UNSHOWN,
  migration_test: UNSHOWN,
  cutover: UNSHOWN,
  network_check: UNSHOWN,
  collect_log: UNSHOWN,
  clear: UNSHOWN,
  error_for_overspeed: UNSHOWN,
} as const satisfies Record<string, Effect>;
type Action = keyof typeof ACTIONS;

/** The limits of `template_id` in the editions of the page: 2,048 (February 2025), 100 (November 2025), 255 (January 2026). */
const [MAX_TEMPLATE_ID, SAFE_TEMPLATE_ID] = [2048, 100];
/** The manual does not describe the texts of `param`. No name in it may look like that of a secret. */
const [PARAM_NAME, SECRET_NAME] = [/^[a-zA-Z0-9][a-zA-Z0-9_.-]{0,63}$/, /^password/];
const MAX_PARAM = 2048;
const isTexts = (value: unknown) =>
  isObject(value) && Object.entries(value).every(([name, inner]) => isParamName(name) && isShort(inner));
const isParamName = (name: string) => PARAM_NAME.test(name) && !SECRET_NAME.test(name);
const isShort = (value: unknown) => typeof value === 'string' && [...value].length <= MAX_PARAM;
/** Checked as it was received, because zod's record drops a member named `__proto__` instead of refusing it. */
const Texts = z
  .custom<JsonObject>(isTexts, {
    error: `must be an object of texts of at most ${MAX_PARAM} characters, under names of A-Z a-z 0-9 _ . - that do not begin with password`,
  })
  .refine(
    (texts) => Object.values(texts).every((value) => String(value).isWellFormed()),
    rule('no-lone-surrogates', 'must be text without lone surrogates'),
  )
  .meta({
    type: 'object',
    propertyNames: { pattern: PARAM_NAME.source, not: { pattern: SECRET_NAME.source } },
    additionalProperties: { type: 'string', maxLength: MAX_PARAM },
  });

const Body = z.strictObject({
  operation: oneOf(...(Object.keys(ACTIONS) as [Action, ...Action[]])),
  template_id: text(MAX_TEMPLATE_ID).optional(),
  switch_hce: flag.optional(),
  is_need_consistency_check: flag.optional(),
  param: Texts.optional(),
});
const Data = z.strictObject({ task_id: pathId(36), body: Body });
type Data = z.infer<typeof Data>;

function verdict({ state }: JsonObject, { body }: Data, was: ShownBefore | undefined): Verdict {
  const now = String(state);
  const { shows, untouched }: Effect = ACTIONS[body.operation];
  if (was?.({ state: now }) && untouched.includes(now)) return 'not-applied';
  return shows.includes(now) && isBroughtAbout(now, was) ? 'applied' : 'cannot-tell';
}

/** True if the earlier state is known, and the task does not get from it to the present one by itself. */
function isBroughtAbout(now: string, was: ShownBefore | undefined): boolean {
  const before = Object.keys(BY_ITSELF).find((state) => was?.({ state }));
  return before !== undefined && !BY_ITSELF[before]?.includes(now);
}

/** No read shows the options of an action, and some actions leave no trace in the state. */
const unverifiable = ({ body }: Data) =>
  Object.keys(body)
    .filter((name) => name !== 'operation' || ACTIONS[body.operation] === UNSHOWN)
    .map((name) => `data.body.${name}`);

/** A warning for what one edition of the manual allows and another refuses. It is sent unchanged. */
function warnings({ body: { operation, template_id } }: Data): string[] {
  const long = template_id !== undefined && [...template_id].length > SAFE_TEMPLATE_ID;
  return [
    ...(long
      ? [`template_id: some regions take at most ${SAFE_TEMPLATE_ID} or 255 characters; it was sent as asked`]
      : []),
    ...(operation === 'clone_test' && !template_id
      ? ['template_id: clone_test needs a template by the manual; none was given']
      : []),
  ];
}

/** POST /v3/tasks/{task_id}/action: starts, stops or synchronises a server's migration task, and the like. */
export const actOnSmsTask = defineOperation<Data>({
  name: 'act-on-sms-task',
  call: 'UpdateTaskStatus',
  service: 'sms',
  change: 'migration.sms.task.act',
  input: Data,
  warnings,
  subject: ({ task_id }) => ({ kind: 'task', id: task_id }),
  method: 'POST',
  path: ({ task_id }) => path`/v3/tasks/${task_id}/action`,
  body: ({ body }) => body,
  // The versions of the manual say that the reply is text or empty.
  reply: z.union([z.undefined(), z.string(), z.record(z.string(), z.unknown())]),
  pickReply: () => ({}),
  readBack: {
    path: ({ task_id }) => path`/v3/tasks/${task_id}`,
    reply: ShownTask,
    version: 1,
    look: ({ state }) => (typeof state === 'string' ? { state } : {}),
    verdict,
    unverifiable,
  },
  // A second start may restart a migration that the first one has finished.
  repeatable: false,
});
