import * as z from 'zod';
import { ChangeName, someText } from '../lib/change/change-name.ts';
import { EventEnvelope } from '../lib/relay/result-schema.ts';

/** What an operator may find out about a change whose outcome is unknown. */
export const RESOLUTIONS = ['applied', 'not-applied'] as const;

/** An operator's finding about an `unknown` result. It is published in addition; the result itself is never changed. */
export const ResolutionEvent = EventEnvelope.extend({
  data: z.strictObject({
    change: ChangeName,
    result: z.strictObject({ id: z.string().regex(/^[0-9a-f]{32}$/), outcome: z.literal('unknown') }),
    resolved_as: z.enum(RESOLUTIONS),
    operator: someText().max(256),
    reason: someText().max(1000),
  }),
});
export type ResolutionEvent = z.infer<typeof ResolutionEvent>;

/** The forecasts of a replay, made from the ledger. */
export const FORECASTS = [
  'call',
  'publish-again',
  'read-first',
  'wait',
  'superseded',
  'out-of-order',
  'reject',
] as const;

/** Says that a dead letter was put back into its queue, for the story of its change. */
export const ReplayEvent = EventEnvelope.extend({
  data: z.strictObject({
    change: ChangeName,
    message: someText().max(128),
    /** Its place among the dead letters: an SQS sequence number, which is comparable only within its message group. */
    arrival: z
      .string()
      .regex(/^\d{1,38}$/)
      .optional(),
    group: someText().max(128).optional(),
    forecast: z.enum(FORECASTS),
    operator: someText().max(256),
  }),
});
export type ReplayEvent = z.infer<typeof ReplayEvent>;

/** What an operator may do with the parts of a stage. */
export const STAGE_VERBS = ['paused', 'drained', 'resumed'] as const;
const STAGE_TYPES = STAGE_VERBS.map((verb) => `migration.stage.${verb}` as const);

/** Says that an operator paused, drained or resumed parts of a stage. */
export const StageEvent = EventEnvelope.extend({
  type: z.enum(STAGE_TYPES),
  data: z.strictObject({
    parts: z
      .array(z.enum(['dcs', 'sms', 'webhook']))
      .min(1)
      .max(3),
    operator: someText().max(256),
  }),
});
export type StageEvent = z.infer<typeof StageEvent>;
