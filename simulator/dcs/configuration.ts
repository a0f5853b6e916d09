import { type Members, numberText, withoutNulls } from '../json.ts';
import { plainReply } from '../plain-reply.ts';
import { matching, members, oneOf, type Rule, text, ValidationError } from '../rules.ts';
import type { Operation } from '../world.ts';
import { readMembers } from './body.ts';
import { changeTask, findTask, MIGRATING, STOPPED, statusRefusal } from './task.ts';

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

const OTHER_CODES: Record<string, string> = { RELEASED: 'DCS.4133', CREATING: 'DCS.4026' };

/** A task whose machine is not there yet, or no longer, has codes of its own here. */
const configurationRefusal: typeof statusRefusal = (status, allowed) =>
  OTHER_CODES[String(status)] ?? statusRefusal(status, allowed);

/** POST /v2/{project_id}/migration/{task_id}/task: configures an online migration and starts it. */
export const setOnlineMigrationTask: Operation = (world, call) => {
  const body = readMembers(call, configuration);
  const allowed = ['RUNNING', ...STOPPED, ...(world.settings.reconfigure_while_migrating ? MIGRATING : [])];
  const before = findTask(world, call, allowed, configurationRefusal);
  const { bandwidth_limit_mb: limit, ...unchanged } = before;
  const wanted = body.bandwidth_limit_mb;
  const applied = changeTask(world, call.project, before, {
    ...unchanged,
    status: 'FULLMIGRATING',
    migration_type: 'online_migration',
    migration_method: body.migration_method,
    resume_mode: body.resume_mode,
    ...(wanted === undefined ? {} : { bandwidth_limit_mb: numberText(wanted) ?? wanted }),
    source_instance: withoutNulls(body.source_instance as Members),
    target_instance: withoutNulls(body.target_instance as Members),
  });
  const reply = { id: call.task, name: before.task_name, status: applied.after.status, error: '' };
  return { reply: { status: 200, body: reply }, applied: [applied] };
};

/** PUT /v2/{project_id}/migration-task/{task_id}. A body without resume_mode means auto, the manual's default. */
export const updateMigrationTask: Operation = (world, call) => {
  const { resume_mode = 'auto' } = readMembers(call, update);
  const before = findTask(world, call, ['RUNNING', ...MIGRATING, ...STOPPED], configurationRefusal);
  const applied = changeTask(world, call.project, before, { ...before, resume_mode });
  return { reply: plainReply(world.settings.update_reply), applied: [applied] };
};
