import { asMembers, type Control, missing, ok } from './control-answers.ts';
import { dcsKey, newDcsTask, nextStatus } from './dcs.ts';
import { newSmsTask } from './sms-task.ts';

/** Creates or replaces a task of DCS. */
export const putDcs: Control = (world, { ids: [project = '', task = ''], body }) => {
  const made = newDcsTask(task, asMembers(body), world.clock());
  world.dcs.create(dcsKey(project, task), made);
  return ok(made);
};

/** Creates or replaces a task of SMS. */
export const putSms: Control = (world, { ids: [task = ''], body }) => {
  const made = newSmsTask(task, asMembers(body), world.clock());
  world.sms.create(task, made);
  return ok(made);
};

/** Moves a task of DCS on to its next state. */
export const advance: Control = (world, { ids: [project = '', task = ''] }) => {
  const before = world.dcs.get(dcsKey(project, task));
  if (before === undefined) return missing('task');
  const after = { ...before, status: nextStatus(before, world.settings) };
  world.dcs.change(dcsKey(project, task), after);
  return ok(after);
};
