import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { createDynamoDbLedger } from '../../src/lib/aws/dynamodb/ledger.ts';
import { changeKey, subjectKey } from '../../src/lib/change/parse-record.ts';
import type { Accepted, Refused } from '../../src/lib/change/validate.ts';
import type { Subject } from '../../src/lib/operations/operation.ts';
import { type Forecast, foretell } from '../../src/operator/dead-letters/forecast.ts';
import { type LedgerView, readingBy } from '../../src/operator/stage/ledger-view.ts';
import type { Known } from './known.ts';
import { CONSOLE_KEY } from './platform.ts';
import type { LedgerEntry } from './story-view.ts';

const DEADLINE = 1000;

/** Reads what the ledger says of a change, with the client that everybody has; nothing while the ledger does not answer. */
export function createLedgerTap(endpoint: string, region: string, tableName: string) {
  const credentials = { accessKeyId: CONSOLE_KEY, secretAccessKey: 'local' };
  const client = new DynamoDBClient({ region, endpoint, credentials, maxAttempts: 1 });
  const ledger = createDynamoDbLedger(readingBy(client, DEADLINE), tableName);
  const view: LedgerView = {
    change: (name) => ledger.readChange(changeKey(name)),
    subject: (subject) => ledger.readSubject(subjectKey(subject)),
  };
  return {
    async read({ key, change: { subject } }: Known): Promise<LedgerEntry> {
      const read = Promise.all([
        ledger.readChange(key.split('!')[0] ?? key),
        subject && view.subject(subject as Subject),
      ]);
      return read.then(([row, locked]) => ({ row, task: locked })).catch(() => ({}));
    },
    /** What the relay would do with a change that came now. */
    foretell: (judged: Accepted | Refused): Promise<Forecast | undefined> =>
      foretell(view, judged, Date.now()).catch(() => undefined),
    close: () => client.destroy(),
  };
}
export type LedgerTap = ReturnType<typeof createLedgerTap>;
