import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../../src/lib/json/exact-json.ts';
import { created, type Origin, snapshot, verdict } from '../../../src/lib/operations/creation-reading.ts';

const idOf = ({ id }: JsonObject) => (typeof id === 'string' ? id : undefined);
const shown = (...names: string[]) => ({ elements: names.map((name, place) => ({ id: `${name}-${place}`, name })) });
const read = (...names: string[]) =>
  snapshot(
    shown(...names),
    idOf,
    ({ name }) => name !== 'foreign',
    ({ name }) => (name === 'mine' ? 'own' : name === 'perhaps' ? 'unclear' : 'other'),
  );
const baseline =
  (...ids: string[]) =>
  ({ id }: JsonObject) =>
    ids.includes(String(id));

describe('a list that is read for a creation', () => {
  it('shows the ids of all elements, and of those that are or may be the created one', () => {
    expect(read('other', 'mine', 'mine', 'perhaps')).toEqual({
      ids: ['other-0', 'mine-1', 'mine-2', 'perhaps-3'],
      own: ['mine-1', 'mine-2'],
      unclear: ['perhaps-3'],
    });
    const origin = (): Origin => 'own';
    expect(snapshot({}, idOf, () => true, origin)).toEqual({ ids: [], own: [], unclear: [] });
  });

  it('does not show elements with another key, which a filter may let through', () => {
    expect(read('foreign', 'mine')).toEqual({ ids: ['mine-1'], own: ['mine-1'], unclear: [] });
  });

  it.each([
    ['one that is new', read('mine'), baseline(), ['mine-0'], 'applied'],
    ['a new one beside an old one', read('mine', 'mine'), baseline('mine-0'), ['mine-1'], 'applied'],
    ['only an old one', read('mine'), baseline('mine-0'), [], 'not-applied'],
    ['only a new one of somebody else', read('other'), baseline(), [], 'not-applied'],
    ['nothing', read(), baseline(), [], 'not-applied'],
    ['one that is new and may be of anybody', read('perhaps'), baseline(), ['perhaps-0'], 'cannot-tell'],
    ['such a one that is old', read('perhaps'), baseline('perhaps-0'), [], 'not-applied'],
    ['its own and such a one', read('mine', 'perhaps'), baseline(), ['mine-0'], 'applied'],
    ['two that may be of anybody', read('perhaps', 'perhaps'), baseline(), ['perhaps-0', 'perhaps-1'], 'cannot-tell'],
    ['two that are new', read('mine', 'mine'), baseline(), ['mine-0', 'mine-1'], 'cannot-tell'],
    ['one, and nothing is known of before', read('mine'), undefined, [], 'cannot-tell'],
    ['none, and nothing is known of before', read(), undefined, [], 'cannot-tell'],
  ])('and shows %s', (_title, values, isBaseline, ids, expected) => {
    expect({ ids: created(values, isBaseline), verdict: verdict(values, {}, isBaseline) }).toEqual({
      ids,
      verdict: expected,
    });
  });
});
