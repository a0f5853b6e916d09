import * as z from 'zod';
import { isObject, type JsonObject, parseJson } from './json.ts';

/** The largest change taken, in bytes of UTF-8, its wrapping included. */
export const MAX_BYTES = 256 * 1024;
/** The deepest nesting taken; the deepest field of the APIs stands at 9, and wrapping adds little. */
export const MAX_DEPTH = 24;

const text = (most: number) =>
  z
    .string()
    .refine((value) => value !== '' && isWithin(value, most), { error: `must be 1 to ${most} characters long` })
    .refine((value) => value.isWellFormed() && !/\p{Cc}/u.test(value), {
      error: 'must be text without control characters and lone surrogates',
    })
    .meta({ minLength: 1, maxLength: most });

/** Characters are code points, as in JSON Schema: an emoji is one although JavaScript counts two. */
const isWithin = (value: string, most: number) => value.length <= most * 2 && [...value].length <= most;

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
  data: z.unknown(),
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

/** Where something is wrong and what must be different; never the value that stands there. */
export interface Problem {
  path: string;
  message: string;
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
  const named = Name.safeParse(event);
  if (!named.success) return { kind: 'unreadable', problems: problemsOf(named.error) };
  const envelope = Envelope.safeParse(event);
  if (envelope.success) return { kind: 'change', change: toChange(envelope.data) };
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

type Parsed = { value: unknown } | { problem: Problem };

/** Bytes are counted and depth is scanned before parsing, so that a bomb costs no more than a look. */
export function parse(body: string): Parsed {
  if (Buffer.byteLength(body) > MAX_BYTES) return fault(`must be at most ${MAX_BYTES} bytes`);
  if (depthOf(body) > MAX_DEPTH) return fault(`must not nest deeper than ${MAX_DEPTH}`);
  try {
    return { value: parseJson(body) };
  } catch {
    return fault('must be JSON');
  }
}

const fault = (message: string) => ({ problem: { path: '', message } });

function unwrap(value: unknown, layers: number): Parsed {
  if (layers === 0 || !isObject(value) || 'specversion' in value) return { value };
  if ('detail-type' in value && 'detail' in value) return unwrap(value.detail, layers - 1);
  if (value.Type === 'Notification' && typeof value.Message === 'string') return unwrapText(value.Message, layers - 1);
  return { value };
}

function unwrapText(message: string, layers: number): Parsed {
  const inner = parse(message);
  return 'problem' in inner ? inner : unwrap(inner.value, layers);
}

const OPENING = new Set(['{', '[']);
const CLOSING = new Set(['}', ']']);

/** The deepest nesting of a JSON text, found without recursion; strings are skipped by one linear expression. */
function depthOf(body: string): number {
  let depth = 0;
  let deepest = 0;
  for (const [token] of body.matchAll(/"[^"\\]*(?:\\.[^"\\]*)*"?|[{}[\]]/gs)) {
    if (OPENING.has(token)) deepest = Math.max(deepest, ++depth);
    else if (CLOSING.has(token)) depth--;
  }
  return deepest;
}

/** A member that is null is absent; as an element of an array null stays, for the schema to refuse. */
export function withoutNulls(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutNulls);
  if (!isObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).flatMap(([name, inner]) => (inner === null ? [] : [[name, withoutNulls(inner)]])),
  ) as JsonObject;
}

const MOST_PROBLEMS = 20;

/** zod's issues as paths and sentences; a name that the sender made up is shown only if it looks like a field's name. */
export function problemsOf(error: z.ZodError, prefix: PropertyKey[] = []): Problem[] {
  const problems = error.issues.slice(0, MOST_PROBLEMS).flatMap((issue) => {
    const at = [...prefix, ...issue.path];
    if (issue.code === 'unrecognized_keys')
      return issue.keys
        .slice(0, MOST_PROBLEMS)
        .map((key) => ({ path: pathOf([...at, key]), message: 'unknown field' }));
    return [{ path: pathOf(at), message: issue.message }];
  });
  return problems.slice(0, MOST_PROBLEMS);
}

const LONGEST_PATH = 200;
const pathOf = (path: PropertyKey[]) => path.map(shown).join('.').slice(0, LONGEST_PATH);
const shown = (name: PropertyKey) => (/^\w{1,64}$/.test(String(name)) ? String(name) : '(a name that is no field)');
