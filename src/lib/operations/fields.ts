import * as z from 'zod';
import type { Json, JsonObject } from '../json/exact-json.ts';
import { rule } from '../json/rule.ts';

/**
 * An id in a path. It has no character that could change the route or that signers escape differently. The manuals give no
 * pattern; only SMS gives a length, which is 255 in seed 003 and 36 in seed 004.
 */
export const pathId = (max: number, signs: '-' | '_-' = '-') =>
  z.string({ error: 'must be text' }).regex(new RegExp(`^[A-Za-z0-9${signs}]{1,${max}}$`), {
    error: `must be 1 to ${max} characters of A-Z a-z 0-9 ${signs.split('').join(' ')}`,
  });

/** Text that can be sent unchanged. A lone surrogate has no UTF-8 form and would arrive as another character. */
export const anyText = () =>
  z
    .string({ error: 'must be text' })
    .refine((value) => value.isWellFormed(), rule('no-lone-surrogates', 'must be text without lone surrogates'));

/** Text of `min` to `max` characters, counted as code points: an emoji is one character, although JavaScript counts two. */
export const text = (max: number, min = 0) =>
  anyText()
    .refine((value) => isWithin(value, min, max), rule('length', `must be ${min} to ${max} characters long`))
    .meta({ minLength: min, maxLength: max });

/** True if a text has `min` to `max` characters. Characters are code points, as in JSON Schema. */
export function isWithin(value: string, min: number, max: number): boolean {
  // A code point takes one or two code units, so most texts need no counting.
  if (value.length <= max && value.length >= min * 2) return true;
  if (value.length > max * 2) return false;
  const { length } = [...value];
  return length >= min && length <= max;
}

/** A text that is not empty. Undefined for anything else. */
export const nonEmpty = (value: unknown) => (typeof value === 'string' && value !== '' ? value : undefined);

/** A text field of SMS with the usual limit. */
export const line = text(255);

/** The limit of SMS for counts without a limit of their own: elements of a list, processors of a server. */
export const MAX_COUNT = 65_535;

/** One of the words that the manuals list. */
export const oneOf = <const Value extends string>(...values: Value[]) =>
  z.enum(values, { error: `must be ${values.map((value) => (value === '' ? 'empty' : value)).join(' or ')}` });

export const flag = z.boolean({ error: 'must be true or false' });

/** A whole number from 0 to `max` that a double holds exactly. */
export const integer = (max = 2_147_483_647) => numberBetween(z.int, 0, max);

/** A number from `min` to `max`, with or without a fraction. */
export const decimal = (max: number, min = 0) => numberBetween(z.number, min, max);

function numberBetween(kind: typeof z.int | typeof z.number, min: number, max: number) {
  const error = `must be a ${kind === z.int ? 'whole ' : ''}number from ${min} to ${max}`;
  return kind({ error }).min(min, { error }).max(max, { error });
}

const MAX_INT64 = 9_223_372_036_854_775_807n;
const INT64 = { error: `must be a whole number from 0 to ${MAX_INT64}` };

/** A non-negative int64. Values beyond 2^53 are bigint, so that no digit is lost. */
export const int64 = z
  .union([z.int(INT64).min(0, INT64), z.bigint(INT64).min(0n, INT64).max(MAX_INT64, INT64)], INT64)
  .meta({ type: 'integer', minimum: 0 });

/** A list of at most `max` elements. Null is refused, because leaving it out would move the elements after it. */
export const list = <Element extends z.ZodType>(element: Element, max: number) =>
  z.array(element, { error: 'must be a list' }).max(max, { error: `must have at most ${max} elements` });

/** An object whose members are all optional; others are refused. Equal fields share one schema, which saves start-up time. */
export function members<Shape extends z.ZodRawShape>(shape: Shape) {
  const optional = Object.entries(shape).map(([name, field]) => [name, optionalOf(field)]);
  return z.strictObject(Object.fromEntries(optional) as { [Name in keyof Shape]: z.ZodOptional<Shape[Name]> });
}

const optionals = new WeakMap<z.core.$ZodType, z.ZodOptional>();
function optionalOf(field: z.core.$ZodType): z.ZodOptional {
  const known = optionals.get(field) ?? z.optional(field);
  optionals.set(field, known);
  return known;
}

const SECRET_NAME = String.raw`[\w/+=.@-]`;
const PARAMETER_NAME = String.raw`[\w./-]{1,1011}`;
const REFERENCES = [
  String.raw`arn:aws[a-z-]*:secretsmanager:[a-z0-9-]+:\d{12}:secret:${SECRET_NAME}{1,519}`,
  String.raw`arn:aws[a-z-]*:ssm:[a-z0-9-]+:\d{12}:parameter/${PARAMETER_NAME}`,
  `/${PARAMETER_NAME}`,
  String.raw`[\w+=.@-]${SECRET_NAME}{0,511}`,
];

/** A reference to a secret: a Secrets Manager ARN or name, or an SSM parameter (`/path` or ARN), optionally with `#` and a key of its JSON. */
export const SecretReference = z
  .string({ error: 'must be text' })
  .max(2048, { error: 'must be at most 2048 characters long' })
  .regex(new RegExp(String.raw`^(?:${REFERENCES.join('|')})(?:#[^#\p{Cc}\p{Cs}]+)?$`, 'u'), {
    error: 'must be a Secrets Manager ARN or name, or an SSM parameter, and may end in # and a JSON key',
  });

/** The id of what a call created, in its reply or in a list. A longer one could make a result too large for the bus. */
export const CreatedId = z.string().min(1).max(255);

/** How a DCS migration task reconnects after a network fault (seeds 000, 001, 002). */
export const ResumeMode = oneOf('auto', 'manual');

/** A reply whose body says nothing: the sources show none, text or an object. */
export const SilentReply = z.union([z.undefined(), z.string(), z.record(z.string(), z.unknown())]);

/** What a GET shows, or a reply with the same content. No member is required, because the examples in the manuals lack most. */
export const ReadReply: z.ZodType<JsonObject> = z.record(z.string(), z.custom<Json>());
export type ReadReply = JsonObject;
