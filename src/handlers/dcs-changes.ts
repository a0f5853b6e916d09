import { DCS_OPERATIONS } from '../lib/operations/dcs.ts';
import { queueHandler } from '../lib/queue/queue-handler.ts';

/** Carries the changes of the DCS queue. */
export const handler = queueHandler(DCS_OPERATIONS, process.env);
