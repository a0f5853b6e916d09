import { refuse } from '../errors.ts';
import { plainReply } from '../plain-reply.ts';
import type { Operation } from '../world.ts';
import { sourceOf } from './source.ts';
import { changeTask, findTask, inState } from './task.ts';

/** The states of a connected source server in which its task stays (manual, SMS.7719). */
const BUSY = [
  'initialize',
  'stopping',
  'deleting',
  'cloning',
  'replicate',
  'syncing',
  'cutovering',
  'skipping',
  'clearing',
  'premiging',
];

/** DELETE /v3/tasks/{task_id}. The task is DELETING, until it moves on and is gone. */
export const deleteTask: Operation = (world, { task }) => {
  const before = findTask(world, task);
  const { connected, state } = sourceOf(world, before);
  if (connected === true && BUSY.includes(String(state))) refuse('SMS.7719');
  const applied = changeTask(world, task, before, inState(before, 'DELETING'));
  return { reply: plainReply(world.settings.sms_write_reply), applied: [applied] };
};
