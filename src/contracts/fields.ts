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
    const field = {
      path,
      required: required.has(name),
      takes: takesOf(inner, name),
      note: '',
      ignored: isIgnored(inner),
    };
    return [field, ...walk(inner, path), ...(isObject(inner.items) ? walk(inner.items, `${path}[]`) : [])];
  });
}

const isIgnored = ({ type, anyOf, const: only }: JsonObject) =>
  type === undefined && anyOf === undefined && only === undefined;

/** The values that a field takes. Null is not mentioned, because for every field it counts as absent. */
function takesOf({ type, enum: words, anyOf, ...limits }: JsonObject, name: string): string {
  // Beside a type, anyOf is a rule between members.
  if (type === undefined && Array.isArray(anyOf))
    return either(anyOf.flatMap((one) => (isObject(one) ? [takesOf(one, name)] : [])));
  if (Array.isArray(words)) return either(words.filter((word) => word !== null).map((word) => JSON.stringify(word)));
  const types = [type].flat().filter((one) => one !== 'null');
  return either(types.map((one) => describeLimits(String(one), limits, name)));
}

const either = (parts: string[]) => [...new Set(parts)].filter((part) => part !== '' && part !== 'null').join(' or ');

const NOUNS: Record<string, string> = {
  integer: 'whole number',
  string: 'text',
  array: 'list',
  boolean: 'true or false',
};

/** The forms of texts whose patterns are too long to show, by the field's name. */
const FORMS: Readonly<Record<string, string>> = {
  addrs: '`host:port`, or several separated by commas',
  bandwidth_limit_mb: 'the same as text',
  end: 'time of day `HH:MM`, from `00:00` to `24:00`',
  name: 'text, 1 to 64 of A-Z, a-z, digits, Chinese characters, `_` and `-`',
  start: 'time of day `HH:MM`, from `00:00` to `24:00`',
};

function describeLimits(
  type: string,
  { minimum, maximum, minLength, maxLength, maxItems, pattern }: JsonObject,
  name: string,
): string {
  const noun = NOUNS[type] ?? type;
  if (maximum !== undefined) return `${noun} ${limitText(minimum)} to ${limitText(maximum)}`;
  if (maxLength !== undefined) return `${noun}, ${limitText(minLength)} to ${limitText(maxLength)} characters`;
  if (maxItems !== undefined) return `${noun}, at most ${limitText(maxItems)}`;
  if (typeof pattern !== 'string') return noun;
  const isShort = pattern.length <= 40 && /^[\x20-\x7e]*$/.test(pattern);
  return isShort ? `${noun} like \`${pattern}\`` : formOf(name);
}

function formOf(name: string): string {
  const form = FORMS[name];
  if (form === undefined) throw new Error(`the pattern of ${name} is too long to show: put its form in words`);
  return form;
}

const limitText = (limit: Json | undefined) => String(limit ?? 0);
