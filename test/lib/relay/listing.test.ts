import { describe, expect, it } from 'vitest';
import type { Json } from '../../../src/lib/json/exact-json.ts';
import type { ListRead } from '../../../src/lib/operations/operation.ts';
import { readList } from '../../../src/lib/relay/listing.ts';
import type { Answer } from '../../../src/lib/relay/provider.ts';

const list: ListRead = {
  path: () => '/tasks',
  elements: 'tasks',
  idOf: ({ id }) => (typeof id === 'string' ? id : undefined),
};
const page = (count: unknown, ...ids: string[]): Json => ({ count: count as Json, tasks: ids.map((id) => ({ id })) });

/** Reads pages that are answered one after the other, and gives the answer and the offsets that were asked for. */
async function readPages(...bodies: Json[]) {
  const offsets: number[] = [];
  const answer = await readList(list, async (offset): Promise<Answer> => {
    offsets.push(offset);
    return { ok: true, status: 200, body: bodies[offsets.length - 1], requestId: 'r' };
  });
  return { answer, offsets };
}

describe('a list', () => {
  it('is read to its end, page by page', async () => {
    const pages = [page(5, 'a', 'b'), page(5, 'c', 'd'), page(5, 'e')];
    const { answer, offsets } = await readPages(...pages, ...pages);
    expect(offsets).toEqual([0, 2, 4, 0, 2, 4]);
    const elements = ['a', 'b', 'c', 'd', 'e'].map((id) => ({ id }));
    expect(answer).toEqual({ ok: true, status: 200, body: { elements }, requestId: 'r' });
  });

  it.each([page(0), { count: 0, tasks: null }])('may be empty: %j', async (empty) => {
    const { answer, offsets } = await readPages(empty);
    expect(answer).toMatchObject({ ok: true, body: { elements: [] } });
    expect(offsets).toEqual([0]);
  });

  it.each([
    ['ends before its count', [page(3, 'a', 'b'), page(3)]],
    ['has a page more than its count', [page(2, 'a', 'b', 'c')]],
    ['changes its count from page to page', [page(3, 'a', 'b'), page(2, 'b')]],
    ['shows an element twice', [page(3, 'a', 'b'), page(3, 'b')]],
    ['has an element without an id', [{ count: 1, tasks: [{ name: 'n' }] }]],
    ['has an element that is no object', [{ count: 1, tasks: ['a'] }]],
    ['has no count', [page(null, 'a')]],
    ['has a count that is text', [page('1', 'a')]],
    ['has no elements', [{ count: 0 }]],
    ['is an error', [{ error_code: 'SMS.6000' }]],
    ['is an error with a count', [{ error_code: 'DCS.5000', error_msg: 'e', count: 0, tasks: [] }]],
    ['shows other elements the second time', [page(3, 'a', 'b'), page(3, 'd'), page(3, 'a', 'c'), page(3, 'd')]],
    ['is no object', ['text']],
  ] as [string, Json[]][])('that %s is incomplete, so that nothing is concluded from it', async (_title, bodies) => {
    const { answer } = await readPages(...bodies);
    expect(answer).toMatchObject({
      ok: false,
      executed: 'no',
      status: 200,
      error: { code: 'list_incomplete', remedy: 'later' },
    });
  });

  it('that fails on a later page has failed', async () => {
    const failure: Answer = {
      ...{ ok: false, executed: 'no', status: 503 },
      error: { class: 'service_error', code: 'http_503', remedy: 'later', message: 'm', advice: 'a' },
    };
    const answers: Answer[] = [{ ok: true, status: 200, body: page(2, 'a') }, failure];
    expect(await readList(list, async () => answers.shift() ?? failure)).toBe(failure);
  });
});
