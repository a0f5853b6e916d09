import * as z from 'zod';
import { ChangeName } from '../lib/change/change-name.ts';
import { EventEnvelope } from '../lib/relay/result-schema.ts';

const text = (most: number) => z.string().min(1).max(most);

/** What a person may find out about a change whose outcome is unknown. */
export const RESOLUTIONS = ['applied', 'not-applied'] as const;

/** A person's word on an `unknown` result, published beside it: the result itself is never rewritten. */
export const Resolved = EventEnvelope.extend({
  data: z.strictObject({
    change: ChangeName,
    result: z.strictObject({ id: z.string().regex(/^[0-9a-f]{32}$/), outcome: z.literal('unknown') }),
    resolved_as: z.enum(RESOLUTIONS),
    operator: text(256),
    reason: text(1000),
  }),
});
export type Resolved = z.infer<typeof Resolved>;

/** What a replay can come to, as the ledger foretells it. */
export const FORECASTS = [
  'call',
  'publish-again',
  'read-first',
  'wait',
  'superseded',
  'out-of-order',
  'reject',
] as const;

/** A line of the story: a dead letter was put back into its queue. */
export const Replayed = EventEnvelope.extend({
  data: z.strictObject({
    change: ChangeName,
    message: text(128),
    /** Its place among the dead letters: an SQS sequence number, which counts inside its message group alone. */
    arrival: z
      .string()
      .regex(/^\d{1,38}$/)
      .optional(),
    group: text(128).optional(),
    forecast: z.enum(FORECASTS),
    operator: text(256),
  }),
});
export type Replayed = z.infer<typeof Replayed>;
