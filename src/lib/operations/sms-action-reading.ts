import type { JsonObject } from '../json/exact-json.ts';
import type { BaselineTest, Verdict } from './operation.ts';

/**
 * The states that a task reaches by itself from each state, including that state (life cycle notes: a migration runs,
 * succeeds, and then synchronises for good). Any state may follow one that is not listed.
 */
const RUNNING_ON = ['RUNNING', 'MIGRATE_SUCCESS', 'MIGRATE_FAIL', 'SYNCING', 'SYNC_SUCCESS', 'SYNC_FAIL'] as const;
const SYNCING_ON = ['SYNCING', 'SYNC_SUCCESS', 'SYNC_FAIL'] as const;
const ROLLING_BACK = ['RESETING', 'SYNC_F_ROLLBACKING', 'SYNC_F_ROLLBACK_SUCCESS', 'SYNC_F_ROLLBACK_FAIL'] as const;
const OWN_TRANSITIONS: Readonly<Record<string, readonly string[]>> = {
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
export const ACTIONS = {
  start: { shows: RUNNING_ON, untouched: ['READY', 'ABORT'] },
  stop: { shows: ['ABORTING', 'ABORT'], untouched: ['RUNNING', 'SYNCING', 'SYNC_SUCCESS'] },
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
export type Action = keyof typeof ACTIONS;

/** What the state of a task says about an action, compared with the state before the request. */
export function verdict(action: Action, { state }: JsonObject, isBaseline: BaselineTest | undefined): Verdict {
  const now = String(state);
  const { shows, untouched }: Effect = ACTIONS[action];
  if (isBaseline?.({ state: now }) && untouched.includes(now)) return 'not-applied';
  return shows.includes(now) && isCausedByAction(now, isBaseline) ? 'applied' : 'cannot-tell';
}

/** True if the earlier state is known, and the task does not get from it to the present one by itself. */
function isCausedByAction(now: string, isBaseline: BaselineTest | undefined): boolean {
  const previous = Object.keys(OWN_TRANSITIONS).find((state) => isBaseline?.({ state }));
  return previous !== undefined && !OWN_TRANSITIONS[previous]?.includes(now);
}

/** True for an action that leaves no trace in the state of a task. */
export const isUnseen = (action: Action) => ACTIONS[action] === UNSHOWN;
