import { ValidationError } from './rules.ts';
import type { Settings } from './settings.ts';

/** The limits of a list's query: the items of a page without `limit`, and the smallest and largest `limit` and `offset`. */
export interface PageLimits {
  standard: number;
  minLimit: number;
  maxLimit: number;
  maxOffset: number;
}

function readNumber(query: URLSearchParams, name: string, standard: number, [min, max]: [number, number]): number {
  const text = query.get(name) ?? String(standard);
  if (!/^\d{1,10}$/.test(text)) throw new ValidationError('type', name);
  if (Number(text) < min || Number(text) > max) throw new ValidationError('range', name);
  return Number(text);
}

/** The part of the items that the query asks for by `offset` and `limit`. Throws a ValidationError that names a wrong one. */
export function pageOf<T>(items: T[], query: URLSearchParams, limits: PageLimits, { max_page }: Settings): T[] {
  const { standard, minLimit, maxLimit, maxOffset } = limits;
  const offset = readNumber(query, 'offset', 0, [0, maxOffset]);
  // SMS documents that a limit of 0 means the standard one.
  const limit = readNumber(query, 'limit', standard, [minLimit, maxLimit]) || standard;
  return items.slice(offset, offset + Math.min(limit, max_page));
}

/** True if a name fits a list's filter. No page says whether the filter asks for the whole name or a part of it. */
export function fitsName(name: unknown, query: URLSearchParams, { name_filter }: Settings): boolean {
  const wanted = query.get('name') ?? '';
  if (wanted === '') return true;
  return name_filter === 'exact' ? name === wanted : String(name).includes(wanted);
}
