import { queueHandler } from '../lib/functions/queue.ts';
import { SMS_OPERATIONS } from '../lib/operations/sms.ts';

/** Processes the changes of the SMS queue, in both revisions of the API. */
export const handler = queueHandler(SMS_OPERATIONS, process.env);
