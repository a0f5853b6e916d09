import { isObject, type JsonObject } from '../json/exact-json.ts';
import { CreatedId } from './fields.ts';
import type { BaselineTest, Verdict } from './operation.ts';

/** Whether the change made an element of a list: surely, possibly, or certainly not. */
export type Origin = 'own' | 'unclear' | 'other';

/** The id of an element. A value that can't be one counts as none. */
export const idIn = (id: unknown): string | undefined => CreatedId.safeParse(id).data;

/**
 * What a list shows of a creation: the ids of the elements with its natural key, and of those that the change made, surely or
 * possibly. Filters of the provider may show others, too, because no manual says that they compare exactly.
 */
export function snapshot(
  { elements }: JsonObject,
  idOf: (element: JsonObject) => string | undefined,
  hasKey: (element: JsonObject) => boolean,
  originOf: (element: JsonObject) => Origin,
): JsonObject {
  const all = (Array.isArray(elements) ? elements : []).filter(isObject) as JsonObject[];
  const keyed = all.filter(hasKey);
  const idsOf = (some: JsonObject[]) => some.map(idOf).filter((id) => id !== undefined);
  const of = (origin: Origin) => idsOf(keyed.filter((element) => originOf(element) === origin));
  return { ids: idsOf(keyed), own: of('own'), unclear: of('unclear') };
}

const newOf = (ids: unknown, isBaseline: BaselineTest | undefined) =>
  isBaseline ? (ids as string[]).filter((id) => !isBaseline({ id })) : [];

/**
 * The ids of what the change may have created: those that it made, and that were not there before. Where one is recognised, the
 * list shows all that it takes, so what is unclear beside it was made by others.
 */
export function created({ own, unclear }: JsonObject, isBaseline: BaselineTest | undefined): string[] {
  const recognised = newOf(own, isBaseline);
  return recognised.length > 0 ? recognised : newOf(unclear, isBaseline);
}

/** Exactly one such element is the one that was created. Several can't be told apart, and one that is unclear proves nothing. */
export function verdict(snapshot: JsonObject, _data: unknown, isBaseline: BaselineTest | undefined): Verdict {
  if (!isBaseline) return 'cannot-tell';
  const { length } = created(snapshot, isBaseline);
  if (length === 0) return 'not-applied';
  return length === 1 && newOf(snapshot.own, isBaseline).length === 1 ? 'applied' : 'cannot-tell';
}
