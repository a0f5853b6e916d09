import { isIPv4, isIPv6 } from 'node:net';
import { isDeepStrictEqual } from 'node:util';
import { refuse } from '../errors.ts';
import { type Members, withoutNulls } from '../json.ts';
import type { Settings } from '../settings.ts';
import type { Call, Operation } from '../world.ts';
import { readKnown } from './body.ts';
import { sourceOf } from './source.ts';
import { isTargetOfOther } from './target-server.ts';
import { changeTask, findTask } from './task.ts';
import { putTaskFields } from './update-fields.ts';

const tables = {
  '2024-09': putTaskFields('2024-09'),
  '2026-01': putTaskFields('2026-01'),
} satisfies Record<Settings['sms_revision'], unknown>;

/** Rules between fields. The first network card must have a MAC address. In 2026-01 migration_ip must fit use_ipv6. */
function checkTogether(body: Members, revision: Settings['sms_revision']): void {
  const networks = (body.target_server as Members | undefined)?.networks;
  if (Array.isArray(networks) && networks[0]?.mac === '') refuse('SMS.6013');
  if (body.enterprise_project !== undefined && body.enterprise_project_id !== undefined) refuse('SMS.6011');
  const wrongFamily = body.use_ipv6 === true ? isIPv4 : isIPv6;
  if (revision === '2026-01' && wrongFamily(String(body.migration_ip ?? ''))) refuse('SMS.6011');
}

/** The writable members of a body. All others are read-only or unknown, and have no effect. */
function read(call: Call, revision: Settings['sms_revision']): Members {
  const given = readKnown(call, tables[revision], []);
  checkTogether(given, revision);
  return given;
}

const EDITABLE_ALWAYS = ['name', 'speed_limit'];
const OPEN = ['READY', 'ABORT', 'MIGRATE_FAIL', 'SYNC_FAIL'];
const HALF_OPEN = ['RUNNING', 'SYNCING', 'MIGRATE_SUCCESS', 'SYNC_SUCCESS'];

/** Refuses edits that the state does not allow. By default only DELETING does, because the manual's own example PUTs all at RUNNING. */
function checkState(before: Members, after: Members, strict: boolean): void {
  const state = String(before.state);
  if (state === 'DELETING') refuse('SMS.6005');
  if (!strict || OPEN.includes(state)) return;
  const edits = Object.keys(after).filter((name) => !isDeepStrictEqual(after[name], before[name]));
  const allowed = HALF_OPEN.includes(state) ? EDITABLE_ALWAYS : [];
  if (edits.some((name) => !allowed.includes(name))) refuse('SMS.6005');
}

const CLONE_STATES = ['syncing', 'stopping', 'stopped', 'cutovering', 'finished', 'error'];

/** Absent fields stay as they are. clone_server has an effect only in certain states of the source server (manual, 2026-01). */
function merge(before: Members, body: Members, source: unknown): Members {
  const { enterprise_project, target_server, clone_server, ...plain } = body;
  const cloneCounts = clone_server !== undefined && CLONE_STATES.includes(String(source));
  const target = withoutNulls((target_server ?? {}) as Members);
  return {
    ...before,
    ...plain,
    ...(enterprise_project === undefined ? {} : { enterprise_project_id: enterprise_project }),
    ...(target_server === undefined ? {} : { target_server: { ...(before.target_server as Members), ...target } }),
    ...(cloneCounts ? { clone_server } : {}),
  };
}

/** PUT /v3/tasks/{task_id}, in both revisions of the manual. It sets the given fields, and the reply has the id. */
export const updateTask: Operation = (world, call) => {
  const body = read(call, world.settings.sms_revision);
  const before = findTask(world, call.task);
  const after = merge(before, body, sourceOf(world, before).state);
  checkState(before, after, world.settings.sms_strict_states);
  if (isTargetOfOther(world, (body.target_server as Members | undefined)?.vm_id, call.task)) refuse('SMS.7605');
  return { reply: { status: 200, body: { id: call.task } }, applied: [changeTask(world, call.task, before, after)] };
};
