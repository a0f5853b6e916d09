import * as z from 'zod';
import { isObject, type JsonObject } from '../json/exact-json.ts';

/** Fields that only another revision has: names in this object, and those below its members or in the elements of its list. */
interface OmittedFields {
  names: Set<string>;
  members: Map<string, OmittedFields>;
  element?: OmittedFields | undefined;
}

/** The fields that `other` has and `own` does not; undefined if there are none. */
export function omittedFields(own: Schema, other: Schema): OmittedFields | undefined {
  const [ours, theirs] = [bare(own), bare(other)];
  if (ours instanceof z.ZodArray && theirs instanceof z.ZodArray) {
    const element = omittedFields(ours.element, theirs.element);
    return element && { names: new Set(), members: new Map(), element };
  }
  if (!(ours instanceof z.ZodObject && theirs instanceof z.ZodObject)) return undefined;
  const names = new Set(Object.keys(theirs.shape)).difference(new Set(Object.keys(ours.shape)));
  const members = new Map(
    Object.keys(ours.shape).flatMap((name) => below(name, ours.shape[name], memberOf(theirs, name))),
  );
  return names.size + members.size === 0 ? undefined : { names, members };
}

function below(name: string, own: Schema, other: Schema): [string, OmittedFields][] {
  const fields = omittedFields(own, other);
  return fields ? [[name, fields]] : [];
}

/** Removes the omitted fields and adds their paths to `omitted`. A field that no revision has stays, and the schema refuses it. */
export function omit(value: unknown, fields: OmittedFields | undefined, at: string, omitted: string[]): unknown {
  return fields !== undefined && hasOmitted(value, fields) ? without(value, fields, at, omitted) : value;
}

function without(value: unknown, fields: OmittedFields | undefined, at: string, omitted: string[]): unknown {
  if (fields === undefined) return value;
  const { names, members, element } = fields;
  // A list may be long, and most of its elements have no such field.
  if (element && Array.isArray(value))
    return value.map((inner, place) => omit(inner, element, `${at}.${place}`, omitted));
  if (!isObject(value)) return value;
  const entries: [string, unknown][] = [];
  for (const name of Object.keys(value)) {
    if (names.has(name)) omitted.push(`${at}.${name}`);
    else entries.push([name, without(value[name], members.get(name), `${at}.${name}`, omitted)]);
  }
  // Unlike an assignment, this makes even `__proto__` an ordinary member.
  return Object.fromEntries(entries);
}

/** True if the value has a field to omit. Most changes have none, and looking for one is cheaper than copying. */
function hasOmitted(value: unknown, { names, members, element }: OmittedFields): boolean {
  if (Array.isArray(value)) return element !== undefined && value.some((inner) => hasOmitted(inner, element));
  return isObject(value) && (hasName(value, names) || hasOmittedBelow(value, members));
}

// Written as loops, because they run for every element of a list.
function hasName(object: JsonObject, names: Set<string>): boolean {
  for (const name of names) if (Object.hasOwn(object, name)) return true;
  return false;
}

function hasOmittedBelow(object: JsonObject, members: Map<string, OmittedFields>): boolean {
  for (const [name, inner] of members) if (Object.hasOwn(object, name) && hasOmitted(object[name], inner)) return true;
  return false;
}

type Schema = z.core.$ZodType | undefined;
const bare = (schema: Schema) => (schema instanceof z.ZodOptional ? schema.unwrap() : schema);
const memberOf = ({ shape }: z.ZodObject, name: string): Schema =>
  Object.hasOwn(shape, name) ? shape[name] : undefined;
