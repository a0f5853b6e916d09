import { webhookHandler } from '../lib/functions/webhook.ts';
import { DCS_OPERATIONS } from '../lib/operations/dcs.ts';
import { SMS_OPERATIONS } from '../lib/operations/sms.ts';

/** Accepts changes of every type over HTTP and queues them. */
export const handler = webhookHandler([...DCS_OPERATIONS, ...SMS_OPERATIONS], process.env);
