import { refuse } from '../errors.ts';
import { plainReply } from '../plain-reply.ts';
import { flag, mapOf, members, oneOf, type Rule, text } from '../rules.ts';
import type { Settings } from '../settings.ts';
import type { Operation } from '../world.ts';
import { readMembers, refuseProblems } from './body.ts';
import { changeTask, findTask } from './task.ts';

/** An action: the states that allow it, the code that refuses it in others, and the state that follows, if any. */
interface Action {
  from?: readonly string[];
  code?: string;
  to?: string;
}

/**
 * The actions. The error table (SMS.7713 to 7721) names states for some; the others are accepted in any state. RESETING is how a
 * read shows a rollback.
 */
const ACTIONS: Record<string, Action> = {
  start: { from: ['READY', 'ABORT', 'MIGRATE_FAIL', 'SYNC_FAIL'], code: 'SMS.7713', to: 'RUNNING' },
  stop: { from: ['RUNNING', 'SYNCING', 'SYNC_SUCCESS'], code: 'SMS.7714', to: 'ABORTING' },
  sync: { from: ['MIGRATE_SUCCESS', 'SYNC_SUCCESS'], code: 'SMS.7715', to: 'SYNCING' },
  sync_failed_rollback: { from: ['SYNC_FAIL'], code: 'SMS.7718', to: 'RESETING' },
  clone_test: { from: ['SYNCING', 'SYNC_SUCCESS'], code: 'SMS.7721' },
  cutover: { from: ['SYNCING', 'SYNC_SUCCESS'], code: 'SMS.7721' },
  restart: { to: 'RUNNING' },
  skip: { to: 'SKIPPING' },
  test: {},
  migration_test: {},
  network_check: {},
  collect_log: {},
  clear: {},
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

/** POST /v3/tasks/{task_id}/action. It changes the task's state, and the reply is empty. */
export const updateTaskStatus: Operation = (world, call) => {
  const given = readMembers(call);
  if (given.operation === undefined) refuse('SMS.6013');
  refuseProblems(() => rulesOf(world.settings.sms_action_edition)(given, ''));
  const before = findTask(world, call.task);
  const { from, code = '', to }: Action = ACTIONS[String(given.operation)] ?? {};
  if (from && !from.includes(String(before.state))) refuse(code);
  const after = { ...before, ...(to !== undefined && { state: to }) };
  return { reply: plainReply(world.settings.sms_write_reply), applied: [changeTask(world, call.task, before, after)] };
};
