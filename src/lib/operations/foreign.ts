import * as z from 'zod';
import { isObject, type JsonObject } from '../json/exact-json.ts';

/** What only another revision knows: names at this place, and below its members or in the elements of its list. */
export interface Foreign {
  names: Set<string>;
  members: Map<string, Foreign>;
  element?: Foreign | undefined;
}

/** What `other` knows and `own` doesn't; undefined where that is nothing. */
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

/** Takes out what is foreign and adds its paths to `ignored`; what no revision knows stays, for the schema to refuse. */
export function leaveOut(value: unknown, foreign: Foreign | undefined, at: string, ignored: string[]): unknown {
  return foreign !== undefined && holds(value, foreign) ? without(value, foreign, at, ignored) : value;
}

function without(value: unknown, foreign: Foreign | undefined, at: string, ignored: string[]): unknown {
  if (foreign === undefined) return value;
  const { names, members, element } = foreign;
  // A list may be long, and most of its elements have nothing foreign.
  if (element && Array.isArray(value))
    return value.map((inner, place) => leaveOut(inner, element, `${at}.${place}`, ignored));
  if (!isObject(value)) return value;
  const kept: [string, unknown][] = [];
  for (const name of Object.keys(value)) {
    if (names.has(name)) ignored.push(`${at}.${name}`);
    else kept.push([name, without(value[name], members.get(name), `${at}.${name}`, ignored)]);
  }
  // Unlike an assignment this makes even `__proto__` an ordinary member.
  return Object.fromEntries(kept);
}

/** Nearly no change has something foreign, and looking for the few names costs less than copying what may be there. */
function holds(value: unknown, { names, members, element }: Foreign): boolean {
  if (Array.isArray(value)) return element !== undefined && value.some((inner) => holds(inner, element));
  return isObject(value) && (holdsName(value, names) || holdsBelow(value, members));
}

// Loops, as the elements of a list are looked at one by one.
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
