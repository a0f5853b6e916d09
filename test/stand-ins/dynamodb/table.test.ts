import { beforeEach, describe, expect, it } from 'vitest';
import { createTable, type Table } from '../../../stand-ins/dynamodb/table.ts';

let table: Table;
beforeEach(() => {
  table = createTable();
});

const REFUSED = expect.objectContaining({ code: 'ConditionalCheckFailedException' });
const N = (number: number | string) => ({ N: String(number) });
const S = (text: string) => ({ S: text });

/** An update of the row `r`. Every placeholder `#x` stands for `x`. */
function update(UpdateExpression: string, ConditionExpression: string, values: Record<string, object> = {}) {
  const placeholders = new Set(`${UpdateExpression} ${ConditionExpression}`.match(/#\w+/g));
  return table.call('UpdateItem', {
    TableName: 't',
    Key: { pk: S('r') },
    UpdateExpression,
    ...(ConditionExpression !== '' && { ConditionExpression }),
    ExpressionAttributeNames: Object.fromEntries([...placeholders].map((name) => [name, name.slice(1)])),
    ...(Object.keys(values).length > 0 && { ExpressionAttributeValues: values as never }),
    ReturnValues: 'ALL_NEW',
  })?.Attributes;
}

describe('the table', () => {
  it('writes a new row only once, if that is the condition', () => {
    expect(update('SET #a = :one', 'attribute_not_exists(pk)', { ':one': N(1) })).toEqual({ pk: S('r'), a: N(1) });
    expect(() => update('SET #a = :one', 'attribute_not_exists(pk)', { ':one': N(1) })).toThrow(REFUSED);
  });

  it('returns an item only if it is asked to', () => {
    const input = {
      Key: { pk: S('r') },
      UpdateExpression: 'SET a = :one',
      ExpressionAttributeValues: { ':one': N(1) },
    };
    expect(table.call('UpdateItem', { ...input, ReturnValues: 'NONE' })).toEqual({});
    expect(table.call('GetItem', { Key: { pk: S('r') } })?.Item).toEqual({ pk: S('r'), a: N(1) });
  });

  it('keeps apart the values of two requests with one expression', () => {
    const set = (pk: string, value: object) =>
      table.call('UpdateItem', {
        Key: { pk: S(pk) },
        UpdateExpression: 'SET a = :v',
        ExpressionAttributeValues: { ':v': value } as never,
        ReturnValues: 'ALL_NEW',
      })?.Attributes;
    const first = set('one', N(1));
    set('two', N(2));
    expect(first).toEqual({ pk: S('one'), a: N(1) });
    expect(table.call('GetItem', { Key: { pk: S('one') } })?.Item).toEqual(first);
    expect(set('two', S('text'))).toEqual({ pk: S('two'), a: S('text') });
  });

  it('puts and deletes an item, if that is the condition', () => {
    const put = { Item: { pk: S('r'), a: N(1) }, ConditionExpression: 'attribute_not_exists(pk)' };
    expect(table.call('PutItem', put)).toEqual({});
    expect(() => table.call('PutItem', put)).toThrow(REFUSED);
    expect(table.call('DeleteItem', { Key: { pk: S('r') } })).toEqual({});
    expect(table.call('GetItem', { Key: { pk: S('r') } })).toEqual({});
    expect(table.call('Query', {})).toBeUndefined();
  });

  it('counts, keeps what exists, and removes', () => {
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
  ])('evaluates %s as %s', (condition, holds) => {
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

  it('refuses what DynamoDB refuses: an unused value, an unknown expression, an item that is too large', () => {
    expect(() => update('SET #a = :a', '', { ':a': N(1), ':b': N(2) })).toThrow('unused in expressions: keys: {:b}');
    expect(() => update('SET #a = size(:a)', '', { ':a': N(1) })).toThrow();
    expect(() => update('SET #a = :a', '', { ':a': S('x'.repeat(500_000)) })).toThrow('maximum allowed size');
  });
});

describe('a set of texts', () => {
  it('accepts added texts, each once', () => {
    update('ADD #who :one', '', { ':one': { SS: ['b'] } });
    const values = { ':two': { SS: ['a', 'b'] }, ':n': N(1) };
    expect(update('SET #n = :n ADD #who :two', '', values)).toMatchObject({ n: N(1), who: { SS: ['b', 'a'] } });
    expect(update('REMOVE #who', '')).not.toHaveProperty('who');
  });

  it.each([
    ['a text', { ':one': S('b') }, 'operand type: STRING'],
    ['an empty set', { ':one': { SS: [] } }, 'may not be empty'],
  ])('does not accept %s', (_what, values, message) => {
    update('ADD #who :one', '', { ':one': { SS: ['b'] } });
    expect(() => update('ADD #who :one', '', values)).toThrow(message);
  });

  it('is not made from another type', () => {
    update('SET #who = :one', '', { ':one': S('b') });
    expect(() => update('ADD #who :set', '', { ':set': { SS: ['b'] } })).toThrow('incorrect data type');
  });
});
