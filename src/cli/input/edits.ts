import { OPERATIONS } from '../../contracts/contract.ts';
import { fieldsOf } from '../../contracts/fields.ts';
import {
  InexactNumber,
  isObject,
  type Json,
  type JsonObject,
  parseJson,
  writeJson,
} from '../../lib/json/exact-json.ts';
import { tryJson } from '../../lib/json/try-json.ts';
import { usage } from '../../operator/fault.ts';
import { didYouMean } from './option-values.ts';

const ATTRIBUTES = ['id', 'source', 'sequence', 'dataschema', 'traceparent', 'time'];

interface Edits {
  set: string[];
  id?: string | undefined;
  sequence?: string | undefined;
}

/** The text of a change with fields set. A path that the change type does not have is a usage error. */
export function applyEdits(text: string, { set, id, sequence }: Edits): string {
  const own = [...(id === undefined ? [] : [`id=${id}`]), ...(sequence === undefined ? [] : [`sequence=${sequence}`])];
  if (set.length + own.length === 0) return text;
  const event = objectIn(text);
  const known = new Set([...ATTRIBUTES, ...fieldPaths(event.type)]);
  for (const one of set) assign(event, one, known);
  for (const one of own) assign(event, one, known, true);
  return writeJson(event);
}

function objectIn(text: string): JsonObject {
  const value = tryJson(text, parseJson);
  if (isObject(value)) return value;
  throw usage('only a change in JSON can be edited');
}

const fieldPaths = (type: unknown) =>
  OPERATIONS.filter(({ change }) => change === type).flatMap((operation) =>
    fieldsOf(operation).map(({ path }) => path),
  );

function assign(event: JsonObject, setting: string, known: Set<string>, asText = false): void {
  const [, path = '', value = ''] = /^([^=]+)=(.*)$/s.exec(setting) ?? [];
  if (path === '')
    throw usage('--set needs path=value', { got: `"${setting.slice(0, 40)}"`, fix: '--set data.body.name=x' });
  const pattern = path.replaceAll(/\.\d+(?=\.|$)/g, '[]');
  if (!known.has(pattern))
    throw usage('--set: there is no such field', {
      where: { field: path },
      fix: didYouMean(path, known, 'relay explain TYPE lists all fields'),
    });
  const names = path.split('.');
  const last = names.pop() ?? '';
  const holder = names.reduce<JsonObject>(into, event);
  holder[last] = asText || ATTRIBUTES.includes(path) ? value : jsonOrText(value);
}

/** The object or list under a name. If there is none, an empty object is put there. */
function into(holder: JsonObject, name: string): JsonObject {
  const found = holder[name];
  if (Array.isArray(found)) return found as unknown as JsonObject;
  if (isObject(found)) return found;
  const object: JsonObject = {};
  holder[name] = object;
  return object;
}

/** A value given as JSON or as plain text: 5 is a number, auto is text, "5" is text. */
function jsonOrText(text: string): Json {
  const value = tryJson(text, parseJson);
  return value === undefined || value instanceof InexactNumber ? text : (value as Json);
}
