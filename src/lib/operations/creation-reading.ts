import { isObject, type JsonObject } from '../json/exact-json.ts';
import type { BaselineTest, Verdict } from './operation.ts';

type Test = (element: JsonObject) => boolean;

/**
 * What a list shows of a creation: the ids of the elements with its natural key, and of those that the change may have
 * created. Filters of the provider may show others, too, because no manual says that they compare exactly.
 */
export function snapshot(
  { elements }: JsonObject,
  idOf: (element: JsonObject) => string | undefined,
  hasKey: Test,
  isAlike: Test,
): JsonObject {
  const all = (Array.isArray(elements) ? elements : []).filter(isObject) as JsonObject[];
  const own = all.filter(hasKey);
  const idsOf = (some: JsonObject[]) => some.map(idOf).filter((id) => id !== undefined);
  return { ids: idsOf(own), alike: idsOf(own.filter(isAlike)) };
}

/** The ids of what the change may have created: those that agree with it and were not there before. */
export const created = ({ alike }: JsonObject, isBaseline: BaselineTest | undefined): string[] =>
  isBaseline ? (alike as string[]).filter((id) => !isBaseline({ id })) : [];

/** Exactly one such element is the one that was created. Several can't be told apart. */
export function verdict(snapshot: JsonObject, _data: unknown, isBaseline: BaselineTest | undefined): Verdict {
  if (!isBaseline) return 'cannot-tell';
  const { length } = created(snapshot, isBaseline);
  return length === 0 ? 'not-applied' : length === 1 ? 'applied' : 'cannot-tell';
}
