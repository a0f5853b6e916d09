import { updateSmsTask202409, updateSmsTask202601 } from '../lib/operations/update-sms-task.ts';
import { queueHandler } from '../lib/queue-handler.ts';

/** Carries the changes of the SMS queue, in both revisions of the API. */
export const handler = queueHandler([updateSmsTask202409, updateSmsTask202601], process.env);
