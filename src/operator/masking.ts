import { OPERATIONS } from '../contracts/contract.ts';
import { fieldsOf } from '../contracts/fields.ts';
import { parse } from '../lib/change/body.ts';
import { isObject, type Json, writeJson } from '../lib/json/exact-json.ts';

/** ReadReply in place of a value that is hidden. */
export const HIDDEN = '(hidden)';

const SECRET = new Set(['password']);
const ENVELOPE = 'specversion id source type sequence subject time datacontenttype dataschema traceparent data'.split(
  ' ',
);
/** Members that the provider's replies and tasks have beside the fields of changes. */
const REPLIES =
  'task_name description migration_type network_type supported_features status version created_at updated_at error_code error_msg error message code title request_id region encoded_authorization_message';
const FIELDS = OPERATIONS.flatMap((operation) =>
  fieldsOf(operation).map(({ path }) => path.split(/[.[\]]+/).filter(Boolean)),
);

/** Names of members whose values may be shown. All others are hidden, including those that nobody thought of. */
const SHOWN: ReadonlySet<string> = new Set(
  [...ENVELOPE, ...REPLIES.split(' '), ...FIELDS.flat()].filter((name) => !SECRET.has(name)),
);

/** A JSON value in which everything that must not be shown is hidden. */
export function mask(value: unknown): Json {
  if (Array.isArray(value)) return value.map(mask);
  if (typeof value === 'string') return withoutLogin(value);
  if (!isObject(value)) return value as Json;
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, memberOf(name, member)]));
}

/** A JSON text, indented, with everything hidden that must not be shown. Of any other text only the length is shown. */
export function maskText(text: string): string {
  const parsed = parse(text);
  return 'value' in parsed && typeof parsed.value === 'object' && parsed.value !== null
    ? writeJson(mask(parsed.value), 2)
    : `(${Buffer.byteLength(text)} bytes, not a JSON object)`;
}

const memberOf = (name: string, value: unknown) =>
  SHOWN.has(name) || value === null || isReference(value) ? mask(value) : HIDDEN;

/** Hides the login before the @ of an address: `redis://:secret@host`, `user:secret@host:6379`. */
const withoutLogin = (text: string) =>
  text
    .replaceAll(/([a-z][\w+.-]*:\/\/)[^\s,;]*@/gi, `$1${HIDDEN}@`)
    .replaceAll(/(^|[\s,;])(?!arn:|[a-z][\w+.-]*:\/\/)[^\s,;@]*:[^\s,;]*@/gi, `$1${HIDDEN}@`);

/** ReadReply in a planned request where a secret will be filled in. */
export const referenceTo = (name: string) => `(from secret ${name})`;
const isReference = (value: unknown) => typeof value === 'string' && /^\(from secret [^()]*\)$/.test(value);
