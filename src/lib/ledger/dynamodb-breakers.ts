import type { AwsCall } from '../aws/call.ts';
import type { BreakerStore } from './breaker.ts';
import { type Item, toBreakerRow } from './dynamodb-rows.ts';
import { createTable, kept, N } from './dynamodb-table.ts';

/** The breakers' rows in the ledger's table. */
export function createDynamoDbBreakers(call: AwsCall, tableName: string): BreakerStore {
  const table = createTable(call, tableName);
  const key = (name: string) => `breaker#${name}`;
  const row = (item: Item | undefined) => item && toBreakerRow(item);
  return {
    read: async (name) => row(await table.read(key(name))),

    async fail(name, until) {
      const update = 'SET #failures = if_not_exists(#failures, :none) + :one, #until = :until, #ttl = :ttl';
      const values = { ':none': N(0), ':one': N(1), ':until': N(until), ':ttl': kept(until) };
      return row(await table.write(key(name), update, undefined, values)) ?? { failures: 1, until };
    },

    async take(name, now, until) {
      const update = 'SET #until = :until, #ttl = :ttl';
      const values = { ':now': N(now), ':until': N(until), ':ttl': kept(until) };
      return table.set(key(name), update, 'attribute_not_exists(#until) OR #until <= :now', values);
    },

    async clear(name) {
      await table.set(key(name), 'SET #failures = :none, #until = :none', undefined, { ':none': N(0) });
    },
  };
}
