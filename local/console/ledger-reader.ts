import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { KnownChange } from '../../src/console/known.ts';
import type { LedgerEntry } from '../../src/console/story-view.ts';
import type { InvalidChange, ValidChange } from '../../src/lib/change/validate.ts';
import type { Subject } from '../../src/lib/operations/operation.ts';
import { type Forecast, forecastOf } from '../../src/operator/dead-letters/forecast.ts';
import { ledgerBy } from '../../src/operator/stage/ledger-view.ts';
import { CONSOLE_KEY } from './platform.ts';

const DEADLINE = 1000;

/** Reads rows from the ledger with the usual client. Returns nothing while the ledger does not answer. */
export function createLedgerReader(endpoint: string, region: string, tableName: string) {
  const credentials = { accessKeyId: CONSOLE_KEY, secretAccessKey: 'local' };
  const client = new DynamoDBClient({ region, endpoint, credentials, maxAttempts: 1 });
  const ledger = ledgerBy(client, DEADLINE, tableName);
  return {
    async read({ key, change: { subject } }: KnownChange): Promise<LedgerEntry> {
      const read = Promise.all([ledger.row(key.split('!')[0] ?? key), subject && ledger.subject(subject as Subject)]);
      return read.then(([row, locked]) => ({ row, task: locked })).catch(() => ({}));
    },
    /** What the relay would do with a change that was delivered now. */
    forecastOf: (change: ValidChange | InvalidChange): Promise<Forecast | undefined> =>
      forecastOf(ledger, change, Date.now()).catch(() => undefined),
    close: () => client.destroy(),
  };
}
export type LedgerReader = ReturnType<typeof createLedgerReader>;
