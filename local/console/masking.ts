import { OPERATIONS } from '../../src/contracts/contract.ts';
import { fieldsOf } from '../../src/contracts/fields.ts';
import { isObject, type Json, parseJson, writeJson } from '../../src/lib/change/json.ts';

/** What stands in place of a value that is not shown. */
export const HIDDEN = '(hidden)';

const SECRET = new Set(['password']);
const ENVELOPE = 'specversion id source type sequence subject time datacontenttype dataschema traceparent data'.split(
  ' ',
);
/** What the provider's replies and tasks have beyond the fields of changes. */
const REPLIES =
  'task_name description migration_type network_type supported_features status version created_at updated_at error_code error_msg error message code title request_id region encoded_authorization_message';
const FIELDS = OPERATIONS.flatMap((operation) =>
  fieldsOf(operation).map(({ path }) => path.split(/[.[\]]+/).filter(Boolean)),
);

/** Names of members whose values may be shown; every other is hidden, so that a field nobody thought of is. */
const SHOWN: ReadonlySet<string> = new Set(
  [...ENVELOPE, ...REPLIES.split(' '), ...FIELDS.flat()].filter((name) => !SECRET.has(name)),
);

/** A value of JSON without what may not be shown. */
export function masked(value: unknown): Json {
  if (Array.isArray(value)) return value.map(masked);
  if (!isObject(value)) return value as Json;
  return Object.fromEntries(
    Object.entries(value).map(([name, member]) => [name, SHOWN.has(name) ? masked(member) : HIDDEN]),
  );
}

/** A JSON text without what may not be shown, indented; of any other text only its length. */
export function maskedText(text: string): string {
  try {
    const value = parseJson(text);
    if (typeof value === 'object' && value !== null) return writeJson(masked(value), 2);
  } catch {
    // Told below.
  }
  return `(no JSON object: ${Buffer.byteLength(text)} bytes)`;
}

const HEADERS = new Set(['content-type', 'x-sdk-date', 'x-project-id']);
const CREDENTIALS = new Set(['authorization', 'x-auth-token', 'x-security-token']);

/** The headers that say something, credentials hidden. */
export const maskedHeaders = (headers: Record<string, string>): Record<string, string> =>
  Object.fromEntries(
    Object.entries(headers).flatMap(([name, value]) => {
      if (CREDENTIALS.has(name)) return [[name, HIDDEN]];
      return HEADERS.has(name) ? [[name, value]] : [];
    }),
  );
