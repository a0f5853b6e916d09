import { isObject, type Json, type JsonObject } from '../lib/json/exact-json.ts';
import type { Operation } from '../lib/operations/operation.ts';
import { dataSchema } from './change-schema.ts';
import { NOTES } from './notes.ts';

/** A field of a change, in a form for people. */
export interface Field {
  /** The path, with `[]` for the elements of a list. */
  path: string;
  required: boolean;
  /** The values that are allowed: type, words, limits. */
  takes: string;
  note: string;
  /** True for a field of another revision, which is left out of the request. */
  ignored: boolean;
}

/** All fields of an operation's changes, in the order of the schema. Fields of another revision come last. */
export function fieldsOf(operation: Operation): Field[] {
  const notes = NOTES[operation.change] ?? {};
  const fields = walk(dataSchema(operation), 'data').map((field) => ({
    ...field,
    note: notes[field.path] ?? field.note,
  }));
  return [...fields.filter(({ ignored }) => !ignored), ...fields.filter(({ ignored }) => ignored)];
}

function walk(schema: JsonObject, at: string): Field[] {
  const { properties } = schema;
  const required = new Set(Array.isArray(schema.required) ? schema.required : []);
  if (!isObject(properties)) return [];
  return Object.entries(properties).flatMap(([name, inner]) => {
    if (!isObject(inner)) return [];
    const path = `${at}.${name}`;
    const field = { path, required: required.has(name), takes: takesOf(inner), note: '', ignored: isIgnored(inner) };
    return [field, ...walk(inner, path), ...(isObject(inner.items) ? walk(inner.items, `${path}[]`) : [])];
  });
}

const isIgnored = ({ type, anyOf, const: only }: JsonObject) =>
  type === undefined && anyOf === undefined && only === undefined;

/** The values that a field takes. Null is not mentioned, because for every field it counts as absent. */
function takesOf({ type, enum: words, anyOf, ...limits }: JsonObject): string {
  // Beside a type, anyOf is a rule between members.
  if (type === undefined && Array.isArray(anyOf))
    return either(anyOf.flatMap((one) => (isObject(one) ? [takesOf(one)] : [])));
  if (Array.isArray(words)) return either(words.filter((word) => word !== null).map((word) => JSON.stringify(word)));
  const types = [type].flat().filter((one) => one !== 'null');
  return either(types.map((one) => describeLimits(String(one), limits)));
}

const either = (parts: string[]) => [...new Set(parts)].filter((part) => part !== '' && part !== 'null').join(' or ');

const NOUNS: Record<string, string> = {
  integer: 'whole number',
  string: 'text',
  array: 'list',
  boolean: 'true or false',
};

function describeLimits(
  type: string,
  { minimum, maximum, minLength, maxLength, maxItems, pattern }: JsonObject,
): string {
  const noun = NOUNS[type] ?? type;
  if (maximum !== undefined) return `${noun} ${limitText(minimum)} to ${limitText(maximum)}`;
  if (maxLength !== undefined) return `${noun}, ${limitText(minLength)} to ${limitText(maxLength)} characters`;
  if (maxItems !== undefined) return `${noun}, at most ${limitText(maxItems)}`;
  const short = typeof pattern === 'string' && pattern.length <= 40 && /^[\x20-\x7e]*$/.test(pattern);
  return short ? `${noun} like \`${pattern}\`` : noun;
}

const limitText = (limit: Json | undefined) => String(limit ?? 0);
