import type { ValidChange } from '../lib/change/validate.ts';
import { isObject, type Json, type JsonObject } from '../lib/json/exact-json.ts';

/** One field of a change, compared with the task as a read shows it now. */
export interface FieldDifference {
  field: string;
  kind: 'changed' | 'added' | 'equal' | 'unseen';
  from?: Json | undefined;
  to?: Json | undefined;
}

/**
 * Compares what a change would set with what the provider shows of its task. A change that creates something has nothing to be
 * compared with. Never holds a secret.
 */
export function differencesOf(change: ValidChange, task: unknown): FieldDifference[] {
  const { operation, data } = change;
  const { readBack } = operation;
  if (readBack.list) return [];
  const shown = readBack.reply.safeParse(task);
  const live = shown.success ? readBack.snapshot(shown.data, data) : {};
  const hidden = readBack.unverifiable(data);
  const compared = Object.entries(wantedOf(change, hidden)).map(([field, to]) => compare(field, live[field], to));
  return [...compared, ...hidden.map((field): FieldDifference => ({ field, kind: 'unseen' }))];
}

/** What the operation would see if the request itself were the task. */
function wantedOf({ operation, data }: ValidChange, hidden: string[]): JsonObject {
  const snapshot = operation.readBack.snapshot(operation.body?.(data, () => '') ?? {}, data);
  const usesPaths = Object.keys(snapshot).some((name) => name.startsWith('data.'));
  if (!usesPaths) return snapshot;
  // A field that the task shows under another name than the request is taken from the change itself.
  const isHidden = (path: string) => hidden.some((one) => path === one || path.startsWith(`${one}.`));
  const rest = leaves(data, 'data').filter(([path]) => path.startsWith('data.body.') && !isHidden(path));
  return { ...Object.fromEntries(rest), ...snapshot };
}

/** The values of a JSON text that hold no others, each with its path. */
export function leaves(value: unknown, path = ''): [path: string, value: Json][] {
  if (!isObject(value) && !Array.isArray(value)) return [[path, value as Json]];
  return Object.entries(value).flatMap(([name, inner]) => leaves(inner, path === '' ? name : `${path}.${name}`));
}

function compare(field: string, from: Json | undefined, to: Json | undefined): FieldDifference {
  if (from === undefined) return { field, kind: 'added', to };
  return { field, kind: String(from) === String(to) ? 'equal' : 'changed', from, to };
}
