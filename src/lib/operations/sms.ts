import { actOnSmsTask } from './act-on-sms-task.ts';
import type { Operation } from './operation.ts';
import { updateSmsTask202409, updateSmsTask202601 } from './update-sms-task.ts';

/** The operations whose changes are sent through the SMS queue. */
export const SMS_OPERATIONS: readonly Operation[] = [updateSmsTask202409, updateSmsTask202601, actOnSmsTask];
