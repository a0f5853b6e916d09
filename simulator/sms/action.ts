import { refuse } from '../errors.ts';
import type { Members } from '../json.ts';
import { plainReply } from '../plain-reply.ts';
import { flag, mapOf, members, oneOf, type Rule, text } from '../rules.ts';
import type { Settings } from '../settings.ts';
import type { Operation } from '../world.ts';
import { readMembers, refuseProblems } from './body.ts';
import { changeTask, findTask, inState } from './task.ts';

/** An action: what refuses it, and the state that follows of the task or of its source server, if any. */
interface Action {
  /** The code if the task does not allow it. */
  refusal?: (task: Members) => string | undefined;
  to?: string;
  source?: string;
}

const isOnlyFrom =
  (code: string, ...states: string[]) =>
  ({ state }: Members): string | undefined =>
    states.includes(String(state)) ? undefined : code;

/** What a launch has begun or done. A second one would find no continuous synchronization. */
const LAUNCHES = ['cloning', 'cutovering', 'finished'];

const launchRefusal = (task: Members): string | undefined =>
  LAUNCHES.includes(String(task.source_state)) ? 'SMS.7721' : isOnlyFrom('SMS.7721', 'SYNCING', 'SYNC_SUCCESS')(task);

/** A target is launched by the cutover or, in a task that does not go on to synchronize, after the full copy (CreateTask). */
const isLaunched = ({ state, source_state, syncing, start_target_server }: Members): boolean =>
  source_state === 'finished' || (state === 'MIGRATE_SUCCESS' && syncing !== true && start_target_server !== false);

/**
 * The actions. The error table (SMS.7713 to 7722) names states for some; the others are accepted in any state. RESETING is how a
 * read shows a rollback.
 */
const ACTIONS: Record<string, Action> = {
  start: { refusal: isOnlyFrom('SMS.7713', 'READY', 'ABORT', 'MIGRATE_FAIL', 'SYNC_FAIL'), to: 'RUNNING' },
  stop: { refusal: isOnlyFrom('SMS.7714', 'RUNNING', 'SYNCING', 'SYNC_SUCCESS'), to: 'ABORTING' },
  sync: { refusal: isOnlyFrom('SMS.7715', 'MIGRATE_SUCCESS', 'SYNC_SUCCESS'), to: 'SYNCING' },
  sync_failed_rollback: { refusal: isOnlyFrom('SMS.7718', 'SYNC_FAIL'), to: 'RESETING' },
  clone_test: { refusal: launchRefusal, source: 'cloning' },
  cutover: { refusal: launchRefusal, source: 'cutovering' },
  restart: { refusal: (task) => (isLaunched(task) ? undefined : 'SMS.7722'), to: 'RUNNING' },
  skip: { to: 'SKIPPING' },
  clear: { source: 'clearing' },
  test: {},
  migration_test: {},
  network_check: {},
  collect_log: {},
  error_for_overspeed: {},
};

const TEMPLATE_ID = { '2025-02': 2048, '2025-11': 100, '2026-01': 255 } satisfies Record<
  Settings['sms_action_edition'],
  number
>;

/** `param` is from an edition that older regions still serve. */
const rulesOf = (edition: Settings['sms_action_edition']): Rule =>
  members({
    operation: oneOf(...Object.keys(ACTIONS)),
    template_id: text(TEMPLATE_ID[edition]),
    switch_hce: flag,
    is_need_consistency_check: flag,
    param: mapOf(text(Infinity)),
  });

function act(task: Members, { to, source }: Action): Members {
  if (to !== undefined) return inState(task, to);
  return source === undefined ? task : { ...task, source_state: source };
}

/** POST /v3/tasks/{task_id}/action. It changes the state of the task or of its source server, and the reply is empty. */
export const updateTaskStatus: Operation = (world, call) => {
  const given = readMembers(call);
  if (given.operation === undefined) refuse('SMS.6013');
  refuseProblems(() => rulesOf(world.settings.sms_action_edition)(given, ''));
  const before = findTask(world, call.task);
  const action: Action = ACTIONS[String(given.operation)] ?? {};
  const code = action.refusal?.(before);
  if (code !== undefined) refuse(code);
  const applied = changeTask(world, call.task, before, act(before, action));
  return { reply: plainReply(world.settings.sms_write_reply), applied: [applied] };
};
