import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createDynamoDbLedger } from '../../../../src/lib/aws/dynamodb/ledger.ts';
import { keepResolution } from '../../../../src/lib/aws/dynamodb/resolutions.ts';
import { type LedgerTable, startLedgerTable } from '../../../support/ledger-table.ts';

let table: LedgerTable;
beforeAll(async () => {
  table = await startLedgerTable();
});
afterAll(() => table.stop());

const keep = (key: string, word: string) => keepResolution(table.call, table.name, key, word);
async function ended(key: string, isUnknown: boolean) {
  const ledger = createDynamoDbLedger(table.call, table.name);
  await ledger.claim({ key, fingerprint: { keyId: 'k', mac: 'm' }, owner: 'A', now: 1, lease: 2 });
  await ledger.store(key, 'A', '{}', isUnknown);
  return ledger;
}

describe('a resolution', () => {
  it('is stored beside an unknown result, which stays as it is', async () => {
    const ledger = await ended('change#1', true);
    expect(await keep('change#1', 'applied')).toBe('applied');
    expect(await ledger.readChange('change#1')).toMatchObject({ state: 'DONE', result: '{}', resolution: 'applied' });
  });

  it('is the only one, however many operators resolve at once', async () => {
    await ended('change#2', true);
    const stored = await Promise.all(['a', 'b', 'c', 'd'].map((word) => keep('change#2', word)));
    expect(new Set(stored).size).toBe(1);
    expect(await keep('change#2', 'late')).toBe(stored[0]);
  });

  it('is not stored beside a known result, nor without a row', async () => {
    await ended('change#3', false);
    expect([await keep('change#3', 'a'), await keep('change#4', 'a')]).toEqual([undefined, undefined]);
  });
});
