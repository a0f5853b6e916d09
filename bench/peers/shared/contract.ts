import * as z from 'zod';
import { TASK_BODIES } from '../../../src/lib/operations/sms-task-body.ts';

/** The schema with which every peer checks a change. It is the relay's own, so that all are equally strict. */
export const Change = z.object({
  specversion: z.literal('1.0'),
  id: z.string().min(1).max(256),
  source: z.string().min(1).max(512),
  type: z.literal('migration.sms.task.update'),
  data: z.strictObject({ task_id: z.string().regex(/^[A-Za-z0-9-]{1,36}$/), body: TASK_BODIES['2024-09']() }),
});
export type Change = z.infer<typeof Change>;

/** The form in which the secret store holds the key pair that every peer signs with. */
export interface KeyPair {
  access_key: string;
  secret_key: string;
  domain_id: string;
}
