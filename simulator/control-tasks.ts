import * as z from 'zod';
import { asMembers, BadInput, type Control, missing, ok, parsed } from './control-answers.ts';
import { dcsKey, newDcsTask } from './dcs.ts';
import type { Reply } from './errors.ts';
import type { Members } from './json.ts';
import { move } from './moves.ts';
import { newSmsTask } from './sms-task.ts';
import type { World } from './world.ts';

/** The members of a task, which may name the id of the path but no other. */
function taskIn(body: unknown, member: string, id: string): Members {
  const task = asMembers(body);
  if ((task[member] ?? id) !== id) throw new BadInput(`${member}: is not the id of the path, ${id}`);
  return task;
}

/** Creates or replaces a task of DCS. */
export const putDcs: Control = (world, { ids: [project = '', task = ''], body }) => {
  const made = newDcsTask(task, taskIn(body, 'task_id', task), world.clock());
  world.dcs.create(dcsKey(project, task), made);
  return ok(made);
};

/** Creates or replaces a task of SMS. */
export const putSms: Control = (world, { ids: [task = ''], body }) => {
  const made = newSmsTask(task, taskIn(body, 'id', task), world.clock());
  world.sms.create(task, made);
  return ok(made);
};

const Advance = z.strictObject({ fails: z.boolean().default(false) });

function advance(world: World, service: 'dcs' | 'sms', key: string, body: unknown): Reply {
  const { fails } = parsed(Advance, body ?? {});
  const before = world[service].get(key);
  if (before === undefined) return missing('task');
  const { moved, stuck } = move(world, service, key, before, fails);
  if (stuck !== undefined)
    throw new BadInput(`${stuck} leads nowhere${fails ? ' on failing' : ''}: PUT the task instead`);
  return moved === undefined ? { status: 204 } : ok(moved);
}

/** Moves a task of DCS on to its next state. */
export const advanceDcs: Control = (world, { ids: [project = '', task = ''], body }) =>
  advance(world, 'dcs', dcsKey(project, task), body);

/** Moves a task of SMS on to its next state; one that is deleted at last is gone. */
export const advanceSms: Control = (world, { ids: [task = ''], body }) => advance(world, 'sms', task, body);
