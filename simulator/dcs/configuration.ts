import { refuse } from '../errors.ts';
import { isMembers, type Members, numberText, readBytes, withoutNulls } from '../json.ts';
import { matching, members, oneOf, type Rule, text, ValidationError } from '../rules.ts';
import type { Settings } from '../settings.ts';
import type { Call, Operation, World } from '../world.ts';
import { dcsTaskDetails } from './details.ts';

/** The key of a DCS task in its store. */
export const dcsKey = (project: string, task: string): string => `${project}/${task}`;

const instance: Record<string, Rule> = {
  id: text(Infinity),
  addrs: matching(/^\s*[^\s,]+:\d{1,5}\s*(,\s*[^\s,]+:\d{1,5}\s*)*$|^$/),
  password: text(Infinity),
};

/** 1 to 10240 MB/s. The manual's table says string, but its example sends a number, so both are accepted. */
const bandwidth: Rule = (value, path) => {
  const digits = typeof value === 'string' ? value : (numberText(value) ?? '');
  if (!/^\d{1,6}$/.test(digits) || Number(digits) < 1 || Number(digits) > 10_240)
    throw new ValidationError('range', path);
};

const side: Rule = (value, path) => {
  members(instance)(value, path);
  const { id, addrs } = value as Members;
  if (!id && !addrs) throw new ValidationError('missing', path);
};

const configuration = members(
  {
    migration_method: oneOf('full_amount_migration', 'incremental_migration'),
    resume_mode: oneOf('auto', 'manual'),
    bandwidth_limit_mb: bandwidth,
    source_instance: side,
    target_instance: side,
  },
  ['migration_method', 'resume_mode', 'source_instance', 'target_instance'],
);
const update = members({ resume_mode: oneOf('auto', 'manual') });

function read({ body }: Call, rule: Rule): Members {
  if (body.length === 0) refuse('DCS.4004');
  const value = readBytes(body);
  if (!isMembers(value)) return refuse('DCS.4005');
  try {
    rule(value, '');
  } catch (problem) {
    if (problem instanceof ValidationError) refuse('DCS.4063', problem.path);
    throw problem;
  }
  return withoutNulls(value);
}

const MIGRATING = ['MIGRATING', 'FULLMIGRATING', 'INCRMIGRATING', 'INCRMIGEATING'];
const STOPPED = ['TERMINATED', 'SUCCESS', 'MIGRATION_SUCCESS', 'FAILED', 'MIGRATION_FAILED', 'ERROR'];

/** Refuses a call that the task's state does not allow. No manual names the codes; these are the likeliest of the error table. */
function checkState(status: unknown, allowed: readonly string[]): void {
  if (status === 'RELEASED' || status === 'DELETED') refuse('DCS.4133');
  if (status === 'CREATING') refuse('DCS.4026');
  if (!allowed.includes(String(status))) refuse('DCS.4957');
}

const find = (world: World, { project, task }: Call): Members =>
  world.dcs.get(dcsKey(project, task)) ?? refuse('DCS.4133');

/** A time as the details call shows it, such as 2019/10/22 14:44:30. */
const timestamp = (time: number): string =>
  new Date(time).toISOString().slice(0, 19).replaceAll('-', '/').replace('T', ' ');

/** POST /v2/{project_id}/migration/{task_id}/task: configures an online migration and starts it. */
export const setOnlineMigrationTask: Operation = (world, call) => {
  const body = read(call, configuration);
  const before = find(world, call);
  checkState(before.status, ['RUNNING', ...STOPPED, ...(world.settings.reconfigure_while_migrating ? MIGRATING : [])]);
  const { bandwidth_limit_mb: limit, ...unchanged } = before;
  const wanted = body.bandwidth_limit_mb;
  const after = {
    ...unchanged,
    status: 'FULLMIGRATING',
    migration_type: 'online_migration',
    migration_method: body.migration_method,
    resume_mode: body.resume_mode,
    ...(wanted === undefined ? {} : { bandwidth_limit_mb: numberText(wanted) ?? wanted }),
    source_instance: withoutNulls(body.source_instance as Members),
    target_instance: withoutNulls(body.target_instance as Members),
    updated_at: timestamp(world.clock()),
  };
  world.dcs.change(dcsKey(call.project, call.task), after);
  const reply = { id: call.task, name: before.task_name, status: after.status, error: '' };
  return { reply: { status: 200, body: reply }, applied: { before, after } };
};

const UPDATE_REPLY = { empty: undefined, string: 'success', object: {} } satisfies Record<
  Settings['update_reply'],
  unknown
>;

/** PUT /v2/{project_id}/migration-task/{task_id}. A body without resume_mode means auto, the manual's default. */
export const updateMigrationTask: Operation = (world, call) => {
  const { resume_mode = 'auto' } = read(call, update);
  const before = find(world, call);
  checkState(before.status, ['RUNNING', ...MIGRATING, ...STOPPED]);
  const after = { ...before, resume_mode, updated_at: timestamp(world.clock()) };
  world.dcs.change(dcsKey(call.project, call.task), after);
  return { reply: { status: 200, body: UPDATE_REPLY[world.settings.update_reply] }, applied: { before, after } };
};

/** GET /v2/{project_id}/migration-task/{task_id}. The reply has everything, also passwords in clear text, as the provider's has. */
export const showMigrationTask: Operation = (world, { project, task }) => {
  const body = world.dcs.readAfterLag(dcsKey(project, task), world.settings.read_lag_ms);
  if (body === undefined || body.status === 'DELETED') return refuse('DCS.4133');
  return { reply: { status: 200, body: dcsTaskDetails(body) } };
};

/** A task that waits for its configuration. `wanted` replaces its members. */
export const newDcsTask = (task: string, wanted: Members, now: number): Members => ({
  task_id: task,
  task_name: `dcs-migration-${task.slice(0, 4)}`,
  description: '',
  status: 'RUNNING',
  migration_type: 'online_migration',
  network_type: 'vpc',
  created_at: timestamp(now),
  updated_at: timestamp(now),
  supported_features: [],
  ...wanted,
});
