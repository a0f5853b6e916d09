import * as z from 'zod';
import { TASK_BODIES } from '../../../src/lib/operations/sms-task-body.ts';

/** What every peer checks a change against: the relay's own schema of the body, so that all are as strict. */
export const Change = z.object({
  specversion: z.literal('1.0'),
  id: z.string().min(1).max(256),
  source: z.string().min(1).max(512),
  type: z.literal('migration.sms.task.update'),
  data: z.strictObject({ task_id: z.string().regex(/^[A-Za-z0-9-]{1,36}$/), body: TASK_BODIES['2024-09'] }),
});
export type Change = z.infer<typeof Change>;

/** The key pair that every peer signs with, as the secret store holds it. */
export interface KeyPair {
  access_key: string;
  secret_key: string;
  domain_id: string;
}
