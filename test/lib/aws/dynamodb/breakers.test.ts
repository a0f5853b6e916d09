import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createDynamoDbBreakers } from '../../../../src/lib/aws/dynamodb/breakers.ts';
import type { ServiceBreakerStore } from '../../../../src/lib/relay/breaker-store.ts';
import { type LedgerTable, startLedgerTable } from '../../../support/ledger-table.ts';

let table: LedgerTable;
let store: ServiceBreakerStore;
beforeAll(async () => {
  table = await startLedgerTable();
  store = createDynamoDbBreakers(table.call, table.name);
});
afterAll(() => table.stop());

describe('a breaker', () => {
  it('without a row is absent', async () => {
    expect(await store.read('new')).toBeUndefined();
  });

  it('counts its failures one by one, and keeps the last delay', async () => {
    expect(await store.fail('counted', 5000)).toEqual({ failures: 1, until: 5000 });
    expect(await store.fail('counted', 4000)).toEqual({ failures: 2, until: 4000 });
    expect(await store.read('counted')).toEqual({ failures: 2, until: 4000 });
  });

  it('lets one probe through when its delay is over, and starts the delay of the probe', async () => {
    await store.fail('tried', 5000);
    expect(await store.tryProbe('tried', 4999, 9000)).toBe(false);
    expect(await store.read('tried')).toEqual({ failures: 1, until: 5000 });
    const takes = await Promise.all([1, 2, 3].map(() => store.tryProbe('tried', 5000, 9000)));
    expect(takes.filter((isTaken) => isTaken)).toHaveLength(1);
    expect(await store.read('tried')).toEqual({ failures: 1, until: 9000 });
  });

  it('that has no row yet lets a probe through', async () => {
    expect(await store.tryProbe('unheard', 1, 9000)).toBe(true);
    expect(await store.read('unheard')).toEqual({ failures: 0, until: 9000 });
  });

  it('lets the next probe through at once when a probe is released', async () => {
    await store.fail('released', 5000);
    await store.tryProbe('released', 6000, 9000);
    await store.release('released', 6000, 9000);
    expect(await store.read('released')).toEqual({ failures: 1, until: 6000 });
    expect(await store.tryProbe('released', 6000, 9500)).toBe(true);
  });

  it('keeps what another worker wrote after a probe was taken', async () => {
    await store.release('kept', 0, 9000);
    expect(await store.read('kept')).toBeUndefined();
    await store.tryProbe('kept', 0, 9000);
    await store.tryProbe('kept', 9000, 18_000);
    await store.release('kept', 0, 9000);
    expect(await store.read('kept')).toEqual({ failures: 0, until: 18_000 });
    await store.clear('kept');
    await store.release('kept', 9000, 18_000);
    expect(await store.read('kept')).toEqual({ failures: 0, until: 0 });
  });

  it('is closed when it is cleared', async () => {
    await store.fail('cleared', 5000);
    await store.clear('cleared');
    expect(await store.read('cleared')).toEqual({ failures: 0, until: 0 });
  });

  it('names the tasks whose requests failed, each once, and those that failed a probe', async () => {
    await store.suspect('suspects', 'a', 1);
    await store.suspect('suspects', 'b', 2);
    expect(await store.suspect('suspects', 'a', 3)).toEqual({ failures: 0, until: 0, failed: ['a', 'b'] });
    expect(await store.fail('suspects', 5000, 'c')).toEqual({ failures: 1, until: 5000, failed: ['a', 'b', 'c'] });
    expect(await store.read('suspects')).toEqual({ failures: 1, until: 5000, failed: ['a', 'b', 'c'] });
  });

  it('that is cleared keeps the names of suspects, if there are any', async () => {
    await store.suspect('sick', 'a', 1);
    await store.clear('sick', ['a', 'b'], 7000);
    expect(await store.read('sick')).toEqual({ failures: 0, until: 0, sick: ['a', 'b'], sickUntil: 7000 });
    await store.clear('sick');
    expect(await store.read('sick')).not.toHaveProperty('sick');
    expect(await store.suspect('sick', 'c', 1)).toMatchObject({ failed: ['c'] });
  });

  it('has a name of its own in the ledger’s table, and stays for forty days', async () => {
    await store.fail('dated', 86_400_000);
    await store.tryProbe('dated-too', 0, 2 * 86_400_000);
    const rows = JSON.parse(await table.dump()) as { pk: { S: string }; ttl?: { N: string } }[];
    const ttlOf = (name: string) => rows.find(({ pk }) => pk.S === `breaker#${name}`)?.ttl?.N;
    expect(ttlOf('dated')).toBe(String(41 * 86_400));
    expect(ttlOf('dated-too')).toBe(String(42 * 86_400));
  });
});
