import { isObject, type Json, type JsonObject } from '../json/exact-json.ts';
import type { ListRead } from '../operations/operation.ts';
import type { Failure } from './completion.ts';
import type { Answer } from './provider.ts';
import { READ_FAILURES } from './relay-errors.ts';

/** One page of a list, and the number of elements on all pages. */
interface Page {
  elements: Json[];
  count: number;
}

/**
 * Reads a list to its end, page by page. The answer's body holds all elements. It is a failure if some may be missing: an
 * element that is deleted meanwhile moves those after it, so the count must stay the same and no element may come twice.
 * `read` reads the page that begins with the element of a number.
 */
export const readList = (list: ListRead, read: (offset: number) => Promise<Answer>): Promise<Answer> =>
  readOn(list, read, []);

async function readOn(list: ListRead, read: (offset: number) => Promise<Answer>, before: Page[]): Promise<Answer> {
  const answer = await read(elementsOf(before).length);
  if (!answer.ok) return answer;
  const page = pageIn(answer.body, list.elements);
  if (!page) return incomplete(answer.status);
  const pages = [...before, page];
  if (!isLast(page, pages)) return readOn(list, read, pages);
  const elements = elementsOf(pages);
  return isComplete(list, pages, elements) ? { ...answer, body: { elements } } : incomplete(answer.status);
}

const elementsOf = (pages: Page[]) => pages.flatMap(({ elements }) => elements);

function pageIn(body: unknown, name: string): Page | undefined {
  if (!isObject(body)) return undefined;
  const { count, [name]: elements } = body;
  return Number.isSafeInteger(count) && Array.isArray(elements) ? { elements, count: Number(count) } : undefined;
}

/** True if nothing is gained by reading on: the end is reached, or the list has changed since the first page. */
const isLast = ({ elements, count }: Page, pages: Page[]) =>
  elements.length === 0 || elementsOf(pages).length >= count || pages.some((page) => page.count !== count);

function isComplete({ idOf }: ListRead, pages: Page[], elements: Json[]): boolean {
  const ids = new Set(elements.map((element) => (isObject(element) ? idOf(element as JsonObject) : undefined)));
  return !ids.has(undefined) && pages.every(({ count }) => count === elements.length) && ids.size === elements.length;
}

const incomplete = (status: number): Failure => ({
  ok: false,
  executed: 'no',
  status,
  error: READ_FAILURES.list_incomplete,
});
