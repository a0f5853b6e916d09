import type { ChangeHistory, Entry } from './findings.ts';

/** A list that was read to its end: when its first page and its last one were read, and the ids on all pages. */
export interface Listing {
  from: number;
  to: number;
  ids: string[];
}

type Page = Pick<Entry<'read'>, 'at'> & NonNullable<Entry<'read'>['page']>;

/** The complete lists that a change read. A list that changed meanwhile may lack something, so it does not count. */
export function listingsOf({ reads }: Pick<ChangeHistory, 'reads'>): Listing[] {
  let pages: Page[] = [];
  return reads.flatMap((read) => {
    pages = pagesWith(pages, read);
    const ids = pages.flatMap((page) => page.ids);
    return isComplete(pages, ids) ? [{ from: pages[0]?.at ?? read.at, to: read.at, ids }] : [];
  });
}

/** The pages of a list up to this read. None if it failed, or is no part of the list. */
function pagesWith(before: Page[], { at, values, page }: Entry<'read'>): Page[] {
  if (!values || !page) return [];
  if (page.offset === 0) return [{ at, ...page }];
  return page.offset === before.flatMap(({ ids }) => ids).length ? [...before, { at, ...page }] : [];
}

const isComplete = (pages: Page[], ids: string[]) =>
  pages.length > 0 && new Set(ids).size === ids.length && pages.every(({ count }) => count === ids.length);

/** What a request of a change made, and when that request was sent. */
export interface OwnTask {
  id: string;
  request: number;
  sentAt: number;
  madeAt: number;
  listedFrom: number;
}

/** The tasks that the requests of a change made, in the order of the requests. */
export function ownTasks({ applies, requests }: Pick<ChangeHistory, 'applies' | 'requests'>): OwnTask[] {
  const sentAt = (request: number) => requests.find((one) => one.request === request)?.at ?? 0;
  return applies
    .flatMap(({ made, request, at }) => (made ? [{ ...made, request, sentAt: sentAt(request), madeAt: at }] : []))
    .toSorted((one, other) => one.request - other.request);
}
