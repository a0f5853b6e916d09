import type { SdkFact } from '../../scripts/sdk-calls.ts';
import { isObject, type Json, type JsonObject } from '../../src/lib/json/exact-json.ts';
import fixture from '../fixtures/sdk-calls.json' with { type: 'json' };
import type { SdkCall } from './sdk-caller.ts';

export type { SdkFact };

/** What the generated clients of the official SDK send, a fact for each call. */
export const SDK_FACTS = fixture.calls as SdkFact[];
const MODELS: Record<string, Record<string, Record<string, string>>> = fixture.models;

export const sdkFact = (service: string, call: string): SdkFact | undefined =>
  SDK_FACTS.find((fact) => fact.service === service && fact.call === call);

/** The ids in a path by their names, or undefined if the template has other paths. */
export function idsIn(template: string, path: string): Record<string, string> | undefined {
  const found = new RegExp(`^${template.replaceAll(/\{(\w+)\}/g, '(?<$1>[^/]+)')}$`).exec(path);
  return found ? { ...found.groups } : undefined;
}

/** The fact of the GET that has a path, with the path's ids. */
export function sdkRead(service: string, path: string): { fact: SdkFact; ids: Record<string, string> } | undefined {
  for (const fact of SDK_FACTS.filter((one) => one.service === service && one.method === 'GET')) {
    const ids = idsIn(fact.url, path);
    if (ids) return { fact, ids };
  }
  return undefined;
}

/** A call in the words of the SDK's core. A generated client sends a body whenever the call has a model for it. */
export const sdkCall = (
  { method, url, contentType, body: model }: SdkFact,
  pathParams: Record<string, string>,
  { query = {}, body = {} }: { query?: Record<string, string>; body?: JsonObject } = {},
): Omit<SdkCall, 'url' | 'key'> => ({
  ...{ method, path: url, contentType, pathParams, queryParams: query },
  ...(model !== undefined && { body }),
});

const elementOf = (type: string) => /^Array<(.+)>$/.exec(type)?.[1];

/** A value as a model holds it: a number is text where the model has text. Members that the model lacks stay as they are. */
export function asModel(service: string, type: string, value: Json): Json {
  const element = elementOf(type);
  if (element !== undefined && Array.isArray(value)) return value.map((one) => asModel(service, element, one));
  if (!isObject(value)) return type === 'string' && typeof value === 'number' ? String(value) : value;
  const members = MODELS[service]?.[type] ?? {};
  const typed = Object.entries(value as Record<string, Json>).map(([name, one]) => [
    name,
    asModel(service, members[name] ?? '', one),
  ]);
  return Object.fromEntries(typed) as JsonObject;
}

/** What in a value the model does not have, as `path: type`. The SDK takes null for every member. */
export function misfits(service: string, type: string, value: Json, path = ''): string[] {
  const element = elementOf(type);
  if (value === null) return [];
  if (element !== undefined && Array.isArray(value))
    return value.flatMap((one) => misfits(service, element, one, `${path}[]`));
  const members = MODELS[service]?.[type];
  const kind: string = typeof value;
  if (!members || !isObject(value)) return kind === type ? [] : [`${path}: ${type}`];
  return Object.entries(value as Record<string, Json>).flatMap(([name, one]) =>
    misfits(service, members[name] ?? 'none', one, path === '' ? name : `${path}.${name}`),
  );
}
