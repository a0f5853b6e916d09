import { isObject, type Json, type JsonObject } from '../../lib/change/json.ts';

const SECRET_NAME = /pass(word|wd)?$|secret|token|credential|private|access_?key/i;
/** Names that speak of secrets, but hold only where they are kept. */
const REFERENCE_NAME = /_ref$/i;

/** The same JSON with every value masked that stands under a secret's name: its type and its length at most. */
export function masked(value: unknown): Json | undefined {
  if (Array.isArray(value)) return value.map((one) => masked(one) ?? null);
  if (!isObject(value)) return value as Json | undefined;
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, member(name, inner)])) as JsonObject;
}

const member = (name: string, value: unknown) =>
  SECRET_NAME.test(name) && !REFERENCE_NAME.test(name) && value !== null && !isReference(value)
    ? '(masked)'
    : masked(value);

/** What stands in a planned request where a secret will be filled in. */
export const referenceTo = (name: string) => `(from secret ${name})`;
const isReference = (value: unknown) => typeof value === 'string' && /^\(from secret [^()]*\)$/.test(value);
