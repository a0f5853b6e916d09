import { isIPv4, isIPv6 } from 'node:net';
import { isDeepStrictEqual } from 'node:util';
import { refuse } from '../errors.ts';
import { isMembers, type Members, pick, readBytes, withoutNulls } from '../json.ts';
import { matching, members, oneOf, ValidationError } from '../rules.ts';
import type { Settings } from '../settings.ts';
import type { Call, Operation, World } from '../world.ts';
import { smsTaskDetails } from './task.ts';
import { putTaskFields } from './update-fields.ts';

const NAME = matching(/^[A-Za-z0-9_\-\p{Script=Han}]{1,64}$/u);
const TYPE = oneOf('MIGRATE_FILE', 'MIGRATE_BLOCK');

const tables = {
  '2024-09': putTaskFields('2024-09'),
  '2026-01': putTaskFields('2026-01'),
} satisfies Record<Settings['sms_revision'], unknown>;

const CODES = { type: 'SMS.6011', range: 'SMS.6011', length: 'SMS.6014', missing: 'SMS.6013' };

const codeOf = ({ path, problem }: ValidationError): string =>
  ({ name: 'SMS.7711', type: 'SMS.7712' })[path] ?? CODES[problem];

/** Runs a check and refuses a value that breaks a rule, with the service's code. */
export function refuseProblems(check: () => void): void {
  try {
    check();
  } catch (problem) {
    if (problem instanceof ValidationError) refuse(codeOf(problem));
    throw problem;
  }
}

/** Rules between fields. The first network card must have a MAC address. In 2026-01 migration_ip must fit use_ipv6. */
function checkTogether(body: Members, revision: Settings['sms_revision']): void {
  const networks = (body.target_server as Members | undefined)?.networks;
  if (Array.isArray(networks) && networks[0]?.mac === '') refuse('SMS.6013');
  if (body.enterprise_project !== undefined && body.enterprise_project_id !== undefined) refuse('SMS.6011');
  const wrongFamily = body.use_ipv6 === true ? isIPv4 : isIPv6;
  if (revision === '2026-01' && wrongFamily(String(body.migration_ip ?? ''))) refuse('SMS.6011');
}

/** The members of a body that are not null. Refuses a body that is not a JSON object. */
export function readMembers({ body, contentType }: Pick<Call, 'body' | 'contentType'>): Members {
  if (!/^application\/json\b/i.test(contentType)) refuse('SMS.6016');
  if (body.length === 0) refuse('SMS.6012');
  const value = readBytes(body) ?? refuse('SMS.6010');
  return isMembers(value) ? withoutNulls(value) : refuse('SMS.6011');
}

function read(call: Call, revision: Settings['sms_revision']): Members {
  const given = readMembers(call);
  refuseProblems(() => members({ name: NAME, type: TYPE, ...tables[revision] })(given, ''));
  checkTogether(given, revision);
  // All other members are read-only or unknown. They have no effect.
  return pick(given, ['name', 'type', ...Object.keys(tables[revision])]);
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
function merge(before: Members, body: Members): Members {
  const { enterprise_project, target_server, clone_server, ...plain } = body;
  const source = before.source_server as Members | undefined;
  const cloneCounts = clone_server !== undefined && CLONE_STATES.includes(String(source?.state));
  const target = withoutNulls((target_server ?? {}) as Members);
  return {
    ...before,
    ...plain,
    ...(enterprise_project === undefined ? {} : { enterprise_project_id: enterprise_project }),
    ...(target_server === undefined ? {} : { target_server: { ...(before.target_server as Members), ...target } }),
    ...(cloneCounts ? { clone_server } : {}),
  };
}

/** The task of a call. Refuses the call if there is none. */
export const find = (world: World, task: string): Members => world.sms.get(task) ?? refuse('SMS.7703');

/** PUT /v3/tasks/{task_id}, in both revisions of the manual. It sets the given fields, and the reply has the id. */
export const updateTask: Operation = (world, call) => {
  const body = read(call, world.settings.sms_revision);
  const before = find(world, call.task);
  const after = merge(before, body);
  checkState(before, after, world.settings.sms_strict_states);
  world.sms.change(call.task, after);
  return { reply: { status: 200, body: { id: call.task } }, applied: { before, after } };
};

/** GET /v3/tasks/{task_id}. The reply lacks the write-only fields, which the manual lists. */
export const showTask: Operation = (world, { task }) => {
  const found = world.sms.readAfterLag(task, world.settings.read_lag_ms);
  return found === undefined ? refuse('SMS.7703') : { reply: { status: 200, body: smsTaskDetails(found) } };
};
