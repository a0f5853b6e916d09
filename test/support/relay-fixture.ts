import { afterAll, afterEach, beforeAll } from 'vitest';
import { type LedgerTable, startLedgerTable } from './ledger-table.ts';
import { createRelayUnderTest, type RelayUnderTest } from './relay-under-test.ts';
import { type ScriptedProvider, startScriptedProvider } from './scripted-provider.ts';

/** A table and a provider for the tests of a file, and relays that stop after each test. */
export function useRelays() {
  const open: RelayUnderTest[] = [];
  const fixture = {
    table: undefined as unknown as LedgerTable,
    provider: undefined as unknown as ScriptedProvider,
    create(over?: Parameters<typeof createRelayUnderTest>[2]): RelayUnderTest {
      const relay = createRelayUnderTest(fixture.table, fixture.provider, over);
      open.push(relay);
      return relay;
    },
  };
  beforeAll(async () => {
    fixture.table = await startLedgerTable();
    fixture.provider = await startScriptedProvider();
  });
  afterEach(async () => {
    for (const relay of open.splice(0)) await relay.stop();
  });
  afterAll(async () => {
    await fixture.provider.stop();
    await fixture.table.stop();
  });
  return fixture;
}

export const ok = { status: 200 };
export const shows = (resume_mode: string) => ({
  status: 200,
  body: { task_id: 't', status: 'FULLMIGRATING', resume_mode },
});
export const refusal = (error_code: string, status = 400) => ({
  status,
  body: { error_code, error_msg: 'CANARY-PROVIDER-TEXT' },
});
