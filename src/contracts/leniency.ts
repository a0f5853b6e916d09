import { isObject, type Json, type JsonObject } from '../lib/json/exact-json.ts';

const NULL: JsonObject = { type: 'null' };

/**
 * Extends a schema to the JSON that may be sent: at every depth a member may be null, which counts as absent. An element of
 * a list may not.
 */
export function withNulls(schema: JsonObject): JsonObject {
  const { properties, items, additionalProperties } = schema;
  const required = (schema.required ?? []) as Json[];
  return {
    ...schema,
    ...(isObject(properties) && {
      properties: mapValues(properties, (one, name) => inside(one, required.includes(name))),
    }),
    ...(isObject(items) && { items: withNulls(items) }),
    ...(additionalProperties === false && { additionalProperties: NULL }),
    ...(isObject(additionalProperties) && { additionalProperties: orNull(withNulls(additionalProperties)) }),
  };
}

const inside = (schema: JsonObject, isRequired: boolean) =>
  isRequired ? withNulls(schema) : orNull(withNulls(schema));

/** Keywords that have no effect on null. With only these, null can be added to the types. */
const OF_ONE_TYPE =
  /^(type|enum|description|minLength|maxLength|pattern|not|minimum|maximum|properties|required|additionalProperties|items|prefixItems|maxItems)$/;

function orNull({ description, ...rest }: JsonObject): JsonObject {
  const { type, anyOf, enum: words } = rest;
  const documented = description === undefined ? {} : { description };
  const keywords = Object.keys(rest);
  if (keywords.length === 0) return documented;
  if (Array.isArray(anyOf) && keywords.length === 1) return { ...documented, anyOf: [...anyOf, NULL] };
  if (typeof type !== 'string' || !keywords.every((keyword) => OF_ONE_TYPE.test(keyword)))
    return { ...documented, anyOf: [rest, NULL] };
  return { ...documented, ...rest, type: [type, 'null'], ...(Array.isArray(words) && { enum: [...words, null] }) };
}

/** Adds the members that only another revision has. They may have any value and are left out of the request. */
export function withOmitted(own: JsonObject, other: JsonObject | undefined, revision: string): JsonObject {
  const { properties, items } = own;
  if (isObject(items) && isObject(other?.items)) return { ...own, items: withOmitted(items, other.items, revision) };
  if (!isObject(properties) || !isObject(other?.properties)) return own;
  const theirs = other.properties;
  const ours = mapValues(properties, (one, name) => withOmitted(one, memberOf(theirs, name), revision));
  const omitted = mapValues(theirs, () => ({
    description: `Only in revision ${revision}. Left out of the request and listed in the result.`,
  }));
  return { ...own, properties: { ...omitted, ...ours } };
}

const memberOf = (properties: JsonObject, name: string) =>
  Object.hasOwn(properties, name) && isObject(properties[name]) ? properties[name] : undefined;

function mapValues(object: JsonObject, change: (schema: JsonObject, name: string) => JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(object).map(([name, schema]) => [name, change(schema as JsonObject, name)]));
}
