import * as z from 'zod';

const text = () => z.string().min(1);

/** The change that an event is about, by id and source; a message that is not a change is named by the hash of its bytes. */
export const ChangeName = z.strictObject({
  id: text().optional(),
  source: text().optional(),
  type: text().optional(),
  sequence: z.string().optional(),
  hash: z
    .string()
    .regex(/^[0-9a-f]{64}$/)
    .optional(),
  subject: z
    .strictObject({ service: z.enum(['dcs', 'sms']), kind: text(), id: text(), project_id: text().optional() })
    .optional(),
});
export type ChangeName = z.infer<typeof ChangeName>;
