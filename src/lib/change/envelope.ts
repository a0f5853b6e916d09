import * as z from 'zod';
import { rule } from '../json/rule.ts';
import { isWithin } from '../operations/fields.ts';
import { JSON_MEDIA_TYPE } from './media-type.ts';

const attribute = (max: number) =>
  z
    .string()
    .refine((value) => isWithin(value, 1, max), rule('length', `must be 1 to ${max} characters long`))
    .refine(
      (value) => value.isWellFormed() && !/\p{Cc}/u.test(value),
      rule('no-control-characters', 'must be text without control characters and lone surrogates'),
    )
    .meta({ minLength: 1, maxLength: max });

const DIGITS = 'must be 1 to 38 decimal digits';
/** The message for a sequence that was written as a number shows the text that it must be. */
const sequenceError = ({ input }: { input?: unknown }) =>
  isWhole(input) && /^\d{1,38}$/.test(`${input}`) ? `must be text: write "${input}"` : DIGITS;
const isWhole = (value: unknown): value is number | bigint => typeof value === 'bigint' || Number.isSafeInteger(value);

/** CloudEvents 1.0, structured mode. Attributes that the relay does not use are allowed and ignored. */
export const Envelope = z.looseObject({
  specversion: z.literal('1.0', { error: 'must be "1.0"' }),
  id: attribute(256),
  source: attribute(512),
  type: attribute(128),
  sequence: z
    .string({ error: sequenceError })
    .regex(/^\d{1,38}$/, { error: DIGITS })
    .optional(),
  datacontenttype: z
    .string()
    .regex(JSON_MEDIA_TYPE, { error: 'must be a JSON media type, such as application/json' })
    .optional(),
  dataschema: attribute(512).optional(),
  /** A trace is optional: an invalid one is dropped, and the change is carried out anyway. */
  traceparent: z.unknown().optional().meta({ description: 'W3C Trace Context. An invalid one is dropped.' }),
  /** The operation that `type` picks says what it must contain, and that it is required. */
  data: z.unknown().optional(),
  data_base64: z.string().optional(),
});
export type Envelope = z.infer<typeof Envelope>;

/** What names a change, even if everything else in it is invalid. */
export const Name = z.looseObject({ id: attribute(256), source: attribute(512) });
export type Name = z.infer<typeof Name>;
