import type { ServiceBreakerStore } from '../../relay/breaker-store.ts';
import type { AwsCall } from '../call.ts';
import { type Item, toBreakerRow } from './rows.ts';
import { createTable, expiry, N, SS } from './table.ts';

/** The rows of the circuit breakers in the ledger's table. The failed tasks are a set, so that workers don't overwrite each other. */
export function createDynamoDbBreakers(call: AwsCall, tableName: string): ServiceBreakerStore {
  const table = createTable(call, tableName);
  const key = (name: string) => `breaker#${name}`;
  const row = (item: Item | undefined) => toBreakerRow(item ?? {});
  return {
    async read(name) {
      const item = await table.read(key(name));
      return item && toBreakerRow(item);
    },

    async fail(name, until, mark) {
      const update = 'SET #failures = if_not_exists(#failures, :none) + :one, #until = :until, #ttl = :ttl';
      const values = { ':none': N(0), ':one': N(1), ':until': N(until), ':ttl': expiry(until) };
      if (mark === undefined) return row(await table.write(key(name), update, undefined, values));
      const named = { ...values, ':mark': SS([mark]) };
      return row(await table.write(key(name), `${update} ADD #failed :mark`, undefined, named));
    },

    async suspect(name, mark, now) {
      const values = { ':ttl': expiry(now), ':mark': SS([mark]) };
      return row(await table.write(key(name), 'SET #ttl = :ttl ADD #failed :mark', undefined, values));
    },

    async tryProbe(name, now, until) {
      const update = 'SET #until = :until, #ttl = :ttl';
      const values = { ':now': N(now), ':until': N(until), ':ttl': expiry(until) };
      return table.set(key(name), update, 'attribute_not_exists(#until) OR #until <= :now', values);
    },

    async release(name, now, until) {
      const values = { ':now': N(now), ':until': N(until) };
      await table.set(key(name), 'SET #until = :now', '#until = :until', values);
    },

    async clear(name, sick = [], until = 0) {
      const none = { ':none': N(0) };
      const closed = 'SET #failures = :none, #until = :none';
      // DynamoDB has no empty sets.
      if (sick.length === 0) await table.set(key(name), `${closed} REMOVE #failed, #sick`, undefined, none);
      else {
        const values = { ...none, ':sick': SS(sick), ':sickUntil': N(until), ':ttl': expiry(until) };
        const update = `${closed}, #sick = :sick, #sickUntil = :sickUntil, #ttl = :ttl REMOVE #failed`;
        await table.set(key(name), update, undefined, values);
      }
    },
  };
}
