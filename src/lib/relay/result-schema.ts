import * as z from 'zod';
import { ChangeName, someText } from '../change/change-name.ts';
import { schemaId } from '../change/schema-id.ts';
import { ERROR_CLASSES } from './provider.ts';

export const OUTCOMES = ['succeeded', 'rejected', 'failed', 'superseded', 'unknown'] as const;
/** How a change ended. */
export type Outcome = (typeof OUTCOMES)[number];

const paths = () => z.array(z.string()).min(1).max(50).optional();

/** The CloudEvents attributes of every event that the relay publishes. */
export const EventEnvelope = z.strictObject({
  specversion: z.literal('1.0'),
  id: z.string().regex(/^[0-9a-f]{32}$/),
  source: someText(),
  type: someText(),
  time: z.string().regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
  datacontenttype: z.literal('application/json'),
  subject: someText().optional(),
  sequence: z.string().optional(),
  traceparent: z.string().optional(),
});

const ResultError = z.strictObject({
  class: z.enum(ERROR_CLASSES),
  code: someText(),
  message: someText(),
  origin: z.enum(['relay', 'provider']),
  retryable: z.boolean(),
  advice: someText(),
  problems: z
    .array(z.strictObject({ path: z.string(), message: someText() }))
    .min(1)
    .max(50)
    .optional(),
});

const ResultData = z.strictObject({
  change: ChangeName,
  operation: someText().optional(),
  provider: z.strictObject({ status: z.int().min(100).max(599), request_id: someText().optional() }).optional(),
  attempts: z.int().min(0).optional(),
  ignored_fields: paths(),
  warnings: paths(),
  unverified_fields: paths(),
});

const SuccessData = ResultData.extend({
  outcome: z.literal('succeeded'),
  confirmed_by: z.enum(['reply', 'read-back']),
  reply: z.record(z.string(), z.unknown()).optional(),
  created: someText().optional(),
});
const ErrorData = ResultData.extend({
  outcome: z.enum(OUTCOMES).exclude(['succeeded']),
  error: ResultError,
  candidates: z.array(someText()).min(1).max(50).optional(),
});

/** The result event as it is published. `toResult` makes only such events. */
export const Result = EventEnvelope.extend({
  dataschema: z.literal(schemaId('result')),
  data: z.discriminatedUnion('outcome', [SuccessData, ErrorData]),
});
export type Result = z.infer<typeof Result>;
