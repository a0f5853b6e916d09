import { afterAll, beforeAll, expect, it } from 'vitest';
import { createDynamoDbLedger } from '../../../../src/lib/aws/dynamodb/ledger.ts';
import type { Ledger } from '../../../../src/lib/relay/ledger.ts';
import { type LedgerTable, startLedgerTable } from '../../../support/ledger-table.ts';

const DAY = 86_400_000;
let table: LedgerTable;
let ledger: Ledger;
beforeAll(async () => {
  table = await startLedgerTable();
  ledger = createDynamoDbLedger(table.call, table.name);
});
afterAll(() => table.stop());

/** The time until which the row is kept, in seconds. */
async function keptUntil(key: string) {
  const rows = JSON.parse(await table.dump()) as { pk: { S: string }; ttl?: { N: string } }[];
  return Number(rows.find(({ pk }) => pk.S === key)?.ttl?.N);
}

const claim = (owner: string, now: number) =>
  ledger.claim({ key: 'change', fingerprint: { keyId: 'k1', mac: 'mac' }, owner, now, lease: now + 1 });

it('a change that is delivered again is kept for forty days from then on', async () => {
  const first = Math.floor(Date.now() / 1000) * 1000;
  await claim('A', first);
  await ledger.release('change', 'A', {});
  await claim('B', first + 39 * DAY);
  expect(await keptUntil('change')).toBe((first + 79 * DAY) / 1000);
});
