import * as z from 'zod';

/** Text that is not empty. */
export const someText = () => z.string().min(1);

/** The change that an event is about, by id and source; a message that is not a change is named by the hash of its bytes. */
export const ChangeName = z.strictObject({
  id: someText().optional(),
  source: someText().optional(),
  type: someText().optional(),
  sequence: z.string().optional(),
  hash: z
    .string()
    .regex(/^[0-9a-f]{64}$/)
    .optional(),
  subject: z
    .strictObject({
      service: z.enum(['dcs', 'sms']),
      kind: someText(),
      id: someText(),
      project_id: someText().optional(),
    })
    .optional(),
});
export type ChangeName = z.infer<typeof ChangeName>;
