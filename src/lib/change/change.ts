import * as z from 'zod';
import { parse, unwrap } from './body.ts';
import { isObject } from './json.ts';
import { judge } from './judge.ts';
import { type Problem, problemsOf } from './problem.ts';

const text = (most: number) =>
  z
    .string()
    .refine((value) => value !== '' && isWithin(value, most), { error: `must be 1 to ${most} characters long` })
    .refine((value) => value.isWellFormed() && !/\p{Cc}/u.test(value), {
      error: 'must be text without control characters and lone surrogates',
    })
    .meta({ minLength: 1, maxLength: most });

/** Characters are code points, as in JSON Schema: an emoji is one although JavaScript counts two. */
const isWithin = (value: string, most: number) =>
  value.length <= most || (value.length <= most * 2 && [...value].length <= most);

/** CloudEvents 1.0, structured mode; attributes that the relay doesn't use may be there and are ignored. */
export const Envelope = z.looseObject({
  specversion: z.literal('1.0', { error: 'must be "1.0"' }),
  id: text(256),
  source: text(512),
  type: text(128),
  sequence: z
    .string()
    .regex(/^\d{1,38}$/, { error: 'must be 1 to 38 decimal digits' })
    .optional(),
  datacontenttype: z
    .string()
    .regex(/^application\/json[ \t]*(;[ \t]*charset=utf-8[ \t]*)?$/i, { error: 'must be application/json' })
    .optional(),
  dataschema: text(512).optional(),
  traceparent: z
    .string()
    .regex(/^[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$/, { error: 'must be a W3C traceparent' })
    .optional(),
  /** The operation that `type` picks says what must be in it, and that it must not lack. */
  data: z.unknown().optional(),
});

/** What names a change, whatever else is wrong with it. */
const Name = z.looseObject({ id: text(256), source: text(512) });

/** A change as it was received, its envelope in order. */
export interface Change {
  id: string;
  source: string;
  type: string;
  sequence?: string;
  dataschema?: string;
  traceparent?: string;
  /** As received, members that are null taken out. */
  data: unknown;
}

/** What has a change's name although its envelope is wrong. */
export type Misfit = Pick<Change, 'id' | 'source' | 'type' | 'data'> & { envelope: unknown[] };

/** A text is a change, or something with a change's name that is wrong, or no change at all. */
export type Reading =
  | { kind: 'change'; change: Change }
  | { kind: 'invalid'; change: Misfit; problems: Problem[] }
  | { kind: 'unreadable'; problems: Problem[] };

/** Reads the body of a queue message: a CloudEvent, bare or wrapped by EventBridge or SNS. Never throws. */
export function readChange(body: string): Reading {
  const parsed = parse(body);
  if ('problem' in parsed) return { kind: 'unreadable', problems: [parsed.problem] };
  const event = unwrap(parsed.value, 2);
  return 'problem' in event ? { kind: 'unreadable', problems: [event.problem] } : readEvent(event.value);
}

/** Reads one CloudEvent that is already parsed. */
export function readEvent(event: unknown): Reading {
  const envelope = judge(Envelope, event);
  if (envelope.success) return { kind: 'change', change: toChange(envelope.data) };
  const named = Name.safeParse(event);
  if (!named.success) return { kind: 'unreadable', problems: problemsOf(named.error) };
  return { kind: 'invalid', change: toMisfit(named.data), problems: problemsOf(envelope.error) };
}

/** Its whole envelope is its content, since the corrected one may equal it in all that counts for a change. */
function toMisfit({ id, source, type, data, ...rest }: z.infer<typeof Name>): Misfit {
  const { specversion, sequence, datacontenttype, dataschema } = rest;
  const envelope = [type, specversion, sequence, datacontenttype, dataschema];
  return { id, source, type: typeof type === 'string' ? type : '', data, envelope };
}

function toChange({ id, source, type, sequence, dataschema, traceparent, data }: z.infer<typeof Envelope>): Change {
  return {
    id,
    source,
    type,
    data: withoutNulls(data),
    ...(sequence !== undefined && { sequence }),
    ...(dataschema !== undefined && { dataschema }),
    ...(traceparent !== undefined && { traceparent }),
  };
}

/** A member that is null is absent; as an element of an array null stays, for the schema to refuse. */
export function withoutNulls(value: unknown): unknown {
  return hasNull(value) ? copied(value) : value;
}

/** Nearly no change has one, and looking costs a tenth of copying. */
function hasNull(value: unknown): boolean {
  if (value === null) return true;
  if (Array.isArray(value)) return value.some(hasNull);
  return isObject(value) && Object.keys(value).some((name) => hasNull(value[name]));
}

function copied(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(copied);
  if (!isObject(value)) return value;
  const members = Object.entries(value).filter(([, inner]) => inner !== null);
  return Object.fromEntries(members.map(([name, inner]) => [name, copied(inner)]));
}
