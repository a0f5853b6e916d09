import { isObject, type Json, type JsonObject } from '../json/exact-json.ts';
import type { ListRead } from '../operations/operation.ts';
import type { Failure } from './completion.ts';
import type { Answer } from './provider.ts';
import { READ_FAILURES } from './relay-errors.ts';
import { errorInReply } from './reply-error.ts';

/** One page of a list, and the number of elements on all pages. */
interface Page {
  elements: Json[];
  count: number;
}

/**
 * Reads a list to its end, page by page. The answer's body holds all elements. It is a failure if some may be missing: an
 * element that is deleted meanwhile moves those after it, so the count must stay the same, no element may come twice, and a
 * second reading of several pages must show the same elements. `read` reads the page that begins with the element of a number.
 */
export async function readList(list: ListRead, read: (offset: number) => Promise<Answer>): Promise<Answer> {
  const first = await readPages(list, read, []);
  if (!first.answer.ok || first.pages.length <= 1) return first.answer;
  const second = await readPages(list, read, []);
  if (!second.answer.ok) return second.answer;
  const [ids, idsAgain] = [first, second].map(({ pages }) => JSON.stringify(idsOf(list, elementsOf(pages))));
  return ids === idsAgain ? second.answer : incomplete(second.answer.status);
}

interface Reading {
  answer: Answer;
  pages: Page[];
}

async function readPages(list: ListRead, read: (offset: number) => Promise<Answer>, before: Page[]): Promise<Reading> {
  const answer = await read(elementsOf(before).length);
  if (!answer.ok) return { answer, pages: before };
  const page = pageIn(answer.body, list.elements);
  if (!page) return { answer: incomplete(answer.status), pages: before };
  const pages = [...before, page];
  if (!isLast(page, pages)) return readPages(list, read, pages);
  const elements = elementsOf(pages);
  const isWhole = isComplete(list, pages, elements);
  return { answer: isWhole ? { ...answer, body: { elements } } : incomplete(answer.status), pages };
}

const elementsOf = (pages: Page[]) => pages.flatMap(({ elements }) => elements);

/** A page in the body of a reply. An error document may have a count as well. An empty list may be null. */
function pageIn(body: unknown, name: string): Page | undefined {
  if (!isObject(body)) return undefined;
  const { [name]: elements, ...own } = body;
  const { count } = own;
  if (!Number.isSafeInteger(count) || errorInReply(own)) return undefined;
  if (count === 0 && elements === null) return { elements: [], count: 0 };
  return Array.isArray(elements) ? { elements, count: Number(count) } : undefined;
}

/** True if nothing is gained by reading on: the end is reached, or the list has changed since the first page. */
const isLast = ({ elements, count }: Page, pages: Page[]) =>
  elements.length === 0 || elementsOf(pages).length >= count || pages.some((page) => page.count !== count);

const idsOf = ({ idOf }: ListRead, elements: Json[]) =>
  elements.map((element) => (isObject(element) ? idOf(element as JsonObject) : undefined));

function isComplete(list: ListRead, pages: Page[], elements: Json[]): boolean {
  const ids = new Set(idsOf(list, elements));
  return !ids.has(undefined) && pages.every(({ count }) => count === elements.length) && ids.size === elements.length;
}

/** The failure to read a whole list. */
export const incomplete = (status: number): Failure => ({
  ok: false,
  executed: 'no',
  status,
  error: READ_FAILURES.list_incomplete,
});
