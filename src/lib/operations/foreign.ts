import * as z from 'zod';
import { isObject, type JsonObject } from '../json/exact-json.ts';

/** Fields that only another revision has: names in this object, and those below its members or in the elements of its list. */
export interface Foreign {
  names: Set<string>;
  members: Map<string, Foreign>;
  element?: Foreign | undefined;
}

/** The fields that `other` has and `own` does not; undefined if there are none. */
export function omittableIn(own: Schema, other: Schema): Foreign | undefined {
  const [ours, theirs] = [bare(own), bare(other)];
  if (ours instanceof z.ZodArray && theirs instanceof z.ZodArray) {
    const element = omittableIn(ours.element, theirs.element);
    return element && { names: new Set(), members: new Map(), element };
  }
  if (!(ours instanceof z.ZodObject && theirs instanceof z.ZodObject)) return undefined;
  const names = new Set(Object.keys(theirs.shape)).difference(new Set(Object.keys(ours.shape)));
  const members = new Map(
    Object.keys(ours.shape).flatMap((name) => below(name, ours.shape[name], memberOf(theirs, name))),
  );
  return names.size + members.size === 0 ? undefined : { names, members };
}

function below(name: string, own: Schema, other: Schema): [string, Foreign][] {
  const foreign = omittableIn(own, other);
  return foreign ? [[name, foreign]] : [];
}

/** Removes foreign fields and adds their paths to `ignored`. A field that no revision has stays, and the schema refuses it. */
export function leaveOut(value: unknown, foreign: Foreign | undefined, at: string, ignored: string[]): unknown {
  return foreign !== undefined && holds(value, foreign) ? without(value, foreign, at, ignored) : value;
}

function without(value: unknown, foreign: Foreign | undefined, at: string, ignored: string[]): unknown {
  if (foreign === undefined) return value;
  const { names, members, element } = foreign;
  // A list may be long, and most of its elements have no foreign field.
  if (element && Array.isArray(value))
    return value.map((inner, place) => leaveOut(inner, element, `${at}.${place}`, ignored));
  if (!isObject(value)) return value;
  const kept: [string, unknown][] = [];
  for (const name of Object.keys(value)) {
    if (names.has(name)) ignored.push(`${at}.${name}`);
    else kept.push([name, without(value[name], members.get(name), `${at}.${name}`, ignored)]);
  }
  // Unlike an assignment, this makes even `__proto__` an ordinary member.
  return Object.fromEntries(kept);
}

/** True if the value has a foreign field. Most changes have none, and looking for one is cheaper than copying. */
function holds(value: unknown, { names, members, element }: Foreign): boolean {
  if (Array.isArray(value)) return element !== undefined && value.some((inner) => holds(inner, element));
  return isObject(value) && (holdsName(value, names) || holdsBelow(value, members));
}

// Written as loops, because they run for every element of a list.
function holdsName(object: JsonObject, names: Set<string>): boolean {
  for (const name of names) if (Object.hasOwn(object, name)) return true;
  return false;
}

function holdsBelow(object: JsonObject, members: Map<string, Foreign>): boolean {
  for (const [name, inner] of members) if (Object.hasOwn(object, name) && holds(object[name], inner)) return true;
  return false;
}

type Schema = z.core.$ZodType | undefined;
const bare = (schema: Schema) => (schema instanceof z.ZodOptional ? schema.unwrap() : schema);
const memberOf = ({ shape }: z.ZodObject, name: string): Schema =>
  Object.hasOwn(shape, name) ? shape[name] : undefined;
