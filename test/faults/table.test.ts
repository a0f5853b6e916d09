import { beforeEach, describe, expect, it } from 'vitest';
import { createTable, type Table } from '../../faults/world/table.ts';

let table: Table;
beforeEach(() => {
  table = createTable();
});

const REFUSED = expect.objectContaining({ name: 'ConditionalCheckFailedException' });
const N = (number: number | string) => ({ N: String(number) });
const S = (text: string) => ({ S: text });

/** An update of the row `r`; every placeholder `#x` stands for `x`. */
function update(UpdateExpression: string, ConditionExpression: string, values: Record<string, object> = {}) {
  const placeholders = new Set(`${UpdateExpression} ${ConditionExpression}`.match(/#\w+/g));
  return table.update({
    TableName: 't',
    Key: { pk: S('r') },
    UpdateExpression,
    ...(ConditionExpression !== '' && { ConditionExpression }),
    ExpressionAttributeNames: Object.fromEntries([...placeholders].map((name) => [name, name.slice(1)])),
    ExpressionAttributeValues: values as never,
    ReturnValues: 'ALL_NEW',
  }).Attributes;
}

describe('the table', () => {
  it('writes a new row if that is the condition, and only once', () => {
    expect(update('SET #a = :one', 'attribute_not_exists(pk)', { ':one': N(1) })).toEqual({ pk: S('r'), a: N(1) });
    expect(() => update('SET #a = :one', 'attribute_not_exists(pk)', { ':one': N(1) })).toThrow(REFUSED);
  });

  it('gives an item back only if it is asked to', () => {
    const input = {
      Key: { pk: S('r') },
      UpdateExpression: 'SET a = :one',
      ExpressionAttributeValues: { ':one': N(1) },
    };
    expect(table.update({ ...input, ReturnValues: 'NONE' })).toEqual({});
    expect(table.get({ Key: { pk: S('r') } }).Item).toEqual({ pk: S('r'), a: N(1) });
  });

  it('counts, keeps what is there, and removes', () => {
    update('SET #count = if_not_exists(#count, :none) + :one, #first = if_not_exists(#first, :now)', '', {
      ':none': N(0),
      ':one': N(1),
      ':now': N(5),
    });
    const after = update('SET #count = #count + :one, #first = if_not_exists(#first, :now) REMOVE #gone, #away', '', {
      ':one': N(1),
      ':now': N(9),
    });
    expect(after).toEqual({ pk: S('r'), count: N(2), first: N(5) });
  });

  it.each([
    ['#a = :five', true],
    ['#a < :five', false],
    ['#a <= :five', true],
    ['#a <> :five', false],
    ['NOT #a = :five', false],
    ['#b = :five', false],
    ['attribute_exists(#b) OR #a = :five', true],
    ['attribute_exists(#a) AND attribute_exists(#b) OR #a = :five', true],
    ['attribute_exists(#a) AND (attribute_exists(#b) OR #a < :five)', false],
  ])('judges %s as %s', (condition, holds) => {
    update('SET #a = :five', '', { ':five': N('5') });
    const again = () => update('SET #c = :five', condition, { ':five': N('5') });
    if (holds) expect(again()).toHaveProperty('c');
    else expect(again).toThrow(REFUSED);
  });

  it('compares numbers by value, however long, and never with another type', () => {
    const long = '12345678901234567890123456789012345678';
    update('SET #a = :a', '', { ':a': N(long) });
    expect(() => update('SET #b = :a', '#a < :a', { ':a': N(long) })).toThrow();
    expect(update('SET #b = :a', '#a < :a', { ':a': N(`${long.slice(0, -1)}9`) })).toHaveProperty('b');
    expect(() => update('SET #b = :a', '#a = :a', { ':a': S(long) })).toThrow();
  });

  it('refuses what DynamoDB refuses: a value that is not used, an expression that it does not know, an item too large', () => {
    expect(() => update('SET #a = :a', '', { ':a': N(1), ':b': N(2) })).toThrow(':b is unused');
    expect(() => update('SET #a = size(:a)', '', { ':a': N(1) })).toThrow();
    expect(() => update('SET #a = :a', '', { ':a': S('x'.repeat(500_000)) })).toThrow('maximum allowed size');
  });
});

describe('a set of texts', () => {
  it('takes what is added, each text once', () => {
    update('ADD #who :one', '', { ':one': { SS: ['b'] } });
    const values = { ':two': { SS: ['a', 'b'] }, ':n': N(1) };
    expect(update('SET #n = :n ADD #who :two', '', values)).toMatchObject({ n: N(1), who: { SS: ['a', 'b'] } });
    expect(update('REMOVE #who', '')).not.toHaveProperty('who');
  });

  it.each([
    ['a text', { ':one': S('b') }],
    ['an empty set', { ':one': { SS: [] } }],
  ])('does not take %s', (_what, values) => {
    expect(() => update('ADD #who :one', '', values)).toThrow('ADD wants a set of texts');
  });

  it('is not made of what is none', () => {
    update('SET #who = :one', '', { ':one': S('b') });
    expect(() => update('ADD #who :set', '', { ':set': { SS: ['b'] } })).toThrow('ADD wants a set of texts');
  });
});
