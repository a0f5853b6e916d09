import { actOnSmsTask } from './act-on-sms-task.ts';
import { createSmsTask } from './create-sms-task.ts';
import { deleteSmsSource } from './delete-sms-source.ts';
import { deleteSmsTask } from './delete-sms-task.ts';
import { limitSmsTaskSpeed } from './limit-sms-task-speed.ts';
import type { Operation } from './operation.ts';
import { setSmsTaskOptions } from './set-sms-task-options.ts';
import { updateSmsTask202409, updateSmsTask202601 } from './update-sms-task.ts';

/** The operations whose changes are sent through the SMS queue. */
export const SMS_OPERATIONS: readonly Operation[] = [
  updateSmsTask202409,
  updateSmsTask202601,
  actOnSmsTask,
  limitSmsTaskSpeed,
  setSmsTaskOptions,
  deleteSmsTask,
  deleteSmsSource,
  createSmsTask,
];
