import { queueHandler } from '../lib/functions/queue.ts';
import { DCS_OPERATIONS } from '../lib/operations/dcs.ts';

/** Processes the changes of the DCS queue. */
export const handler = queueHandler(DCS_OPERATIONS, process.env);
