import { SMS_OPERATIONS } from '../lib/operations/sms.ts';
import { queueHandler } from '../lib/queue/queue-handler.ts';

/** Carries the changes of the SMS queue, in both revisions of the API. */
export const handler = queueHandler(SMS_OPERATIONS, process.env);
