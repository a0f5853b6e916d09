import { describe, expect, it } from 'vitest';
import { lockUpdate, orderConditions, orderValues } from '../../../../src/lib/aws/dynamodb/subject-lock.ts';

const ASK = { subject: 't', key: 'c', owner: 'o', expiresAt: 1000 };
const BY_SEQUENCE = '(attribute_not_exists(#sequence) OR #sequence <= :sequence)';
const BY_ARRIVAL =
  '(attribute_not_exists(#arrival) OR #arrival <= :arrival OR attribute_not_exists(#group) OR #group <> :group)';
const ttl = { N: String(1 + 40 * 86_400) };

describe('the order of a task', () => {
  it.each<[string, object, string[], object]>([
    ['nothing', {}, [], {}],
    ['a sequence', { sequence: '007' }, [BY_SEQUENCE], { ':sequence': { N: '007' } }],
    ['an arrival', { arrival: '9', group: 'g' }, [BY_ARRIVAL], { ':arrival': { N: '9' }, ':group': { S: 'g' } }],
    [
      'both',
      { sequence: '7', arrival: '9', group: 'g' },
      [BY_SEQUENCE, BY_ARRIVAL],
      { ':sequence': { N: '7' }, ':arrival': { N: '9' }, ':group': { S: 'g' } },
    ],
  ])('is checked by what a change has: %s', (_what, over, conditions, values) => {
    expect(orderConditions({ ...ASK, ...over })).toEqual(conditions);
    expect(orderValues({ ...ASK, ...over })).toStrictEqual(values);
  });
});

describe('a lock that is acquired', () => {
  const own = { ':me': { S: 'c' }, ':owner': { S: 'o' }, ':expiresAt': { N: '1000' }, ':ttl': ttl };
  const SETS = 'SET #lock = :me, #owner = :owner, #expiresAt = :expiresAt, #ttl = :ttl';
  it.each<[string, object, boolean, string, object]>([
    ['of a change that has neither', {}, true, SETS, own],
    ['with a sequence', { sequence: '7' }, true, `${SETS}, #sequence = :sequence`, { ...own, ':sequence': { N: '7' } }],
    [
      'with an arrival, and no sequence: the newest of both kinds',
      { arrival: '9', group: 'g' },
      true,
      `${SETS}, #arrival = :arrival, #group = :group, #plainArrival = :arrival, #plainGroup = :group`,
      { ...own, ':arrival': { N: '9' }, ':group': { S: 'g' } },
    ],
    [
      'with both',
      { sequence: '7', arrival: '9', group: 'g' },
      true,
      `${SETS}, #sequence = :sequence, #arrival = :arrival, #group = :group`,
      { ...own, ':sequence': { N: '7' }, ':arrival': { N: '9' }, ':group': { S: 'g' } },
    ],
    [
      'with both, while a later arrival is known',
      { sequence: '7', arrival: '9', group: 'g' },
      false,
      `${SETS}, #sequence = :sequence`,
      { ...own, ':sequence': { N: '7' } },
    ],
    ['with an arrival, while a later one is known', { arrival: '9', group: 'g' }, false, SETS, own],
  ])('%s says so', (_what, over, newest, update, values) => {
    expect(lockUpdate({ ...ASK, ...over }, newest)).toStrictEqual({ update, values });
  });
});
