import { describe, expect, it } from 'vitest';
import type { AwsCall } from '../../../../src/lib/aws/call.ts';
import { createTable, expiry, N, S } from '../../../../src/lib/aws/dynamodb/table.ts';

/** A table whose calls are recorded and answered as set. */
function createNoted(answer: () => Promise<object>) {
  const asked: [string, object][] = [];
  const call = (async (operation: string, input: object) => {
    asked.push([operation, input]);
    return answer();
  }) as AwsCall;
  return { table: createTable(call, 'ledger-1'), asked };
}
const named = (name: string) => Object.assign(new Error('CANARY'), { name });

describe('a write', () => {
  it('is one update of one item, and returns the whole item', async () => {
    const { table, asked } = createNoted(async () => ({ Attributes: { pk: S('k'), state: S('DONE') } }));
    const item = await table.write('k', 'SET #state = :done, #ttl = :ttl', '#owner = :me', {
      ':done': S('DONE'),
      ':ttl': N(5),
      ':me': S('A'),
    });
    expect(item).toEqual({ pk: S('k'), state: S('DONE') });
    expect(asked).toStrictEqual([
      [
        'UpdateItem',
        {
          TableName: 'ledger-1',
          Key: { pk: { S: 'k' } },
          UpdateExpression: 'SET #state = :done, #ttl = :ttl',
          ConditionExpression: '#owner = :me',
          ExpressionAttributeNames: { '#state': 'state', '#ttl': 'ttl', '#owner': 'owner' },
          ExpressionAttributeValues: { ':done': { S: 'DONE' }, ':ttl': { N: '5' }, ':me': { S: 'A' } },
          ReturnValues: 'ALL_NEW',
        },
      ],
    ]);
  });

  it('without a condition names none, and only the attributes of its update', async () => {
    const { table, asked } = createNoted(async () => ({ Attributes: {} }));
    await table.write('k', 'SET #one = :one', undefined, { ':one': N(1) });
    expect(asked[0]?.[1]).toStrictEqual({
      TableName: 'ledger-1',
      Key: { pk: { S: 'k' } },
      UpdateExpression: 'SET #one = :one',
      ExpressionAttributeNames: { '#one': 'one' },
      ExpressionAttributeValues: { ':one': { N: '1' } },
      ReturnValues: 'ALL_NEW',
    });
  });

  it('names the attributes of its own expression, also after another write', async () => {
    const { table, asked } = createNoted(async () => ({}));
    for (const name of ['one', 'two', 'one']) await table.write('k', `SET #${name} = :v`, undefined, { ':v': N(1) });
    const names = asked.map(([, input]) => (input as { ExpressionAttributeNames: object }).ExpressionAttributeNames);
    expect(names).toEqual([{ '#one': 'one' }, { '#two': 'two' }, { '#one': 'one' }]);
  });

  it('whose item is not returned succeeded nevertheless', async () => {
    const { table } = createNoted(async () => ({}));
    expect(await table.write('k', 'SET #one = :one', undefined, {})).toEqual({});
  });

  it('that only needs its condition does not ask for the item', async () => {
    const { table, asked } = createNoted(async () => ({}));
    expect(await table.set('k', 'SET #one = :one', '#one = :one', { ':one': N(1) })).toBe(true);
    expect(asked).toMatchObject([['UpdateItem', { ConditionExpression: '#one = :one', ReturnValues: 'NONE' }]]);
    const refused = createNoted(() => Promise.reject(named('ConditionalCheckFailedException')));
    expect(await refused.table.set('k', 'SET #one = :one', '#one = :two', {})).toBe(false);
    const away = createNoted(() => Promise.reject(named('InternalServerError')));
    await expect(away.table.set('k', 'SET #one = :one', undefined, {})).rejects.toMatchObject({
      name: 'InternalServerError',
    });
  });

  it('whose condition fails returns undefined', async () => {
    const { table } = createNoted(() => Promise.reject(named('ConditionalCheckFailedException')));
    expect(await table.write('k', 'SET #one = :one', '#one = :two', {})).toBeUndefined();
  });

  it.each(['ResourceNotFoundException', 'ThrottlingException', 'Error'])(
    'that fails with a %s throws it',
    async (name) => {
      const error = named(name);
      const { table } = createNoted(() => Promise.reject(error));
      await expect(table.write('k', 'SET #one = :one', undefined, {})).rejects.toBe(error);
    },
  );

  it('that fails with something that is not an Error throws it', async () => {
    const strange = { name: 'ConditionalCheckFailedException' };
    const { table } = createNoted(() => Promise.reject(strange));
    await expect(table.write('k', 'SET #one = :one', undefined, {})).rejects.toBe(strange);
  });
});

describe('a read', () => {
  it('sees every write before it', async () => {
    const { table, asked } = createNoted(async () => ({ Item: { pk: S('k') } }));
    expect(await table.read('k')).toEqual({ pk: S('k') });
    expect(asked).toStrictEqual([
      ['GetItem', { TableName: 'ledger-1', Key: { pk: { S: 'k' } }, ConsistentRead: true }],
    ]);
  });

  it('of a missing item returns undefined', async () => {
    expect(await createNoted(async () => ({})).table.read('k')).toBeUndefined();
  });
});

describe('the time of a row', () => {
  it('is forty days on, in whole seconds', () => {
    expect(expiry(1_700_000_000_999)).toEqual({ N: String(1_700_000_000 + 40 * 86_400) });
  });
});
