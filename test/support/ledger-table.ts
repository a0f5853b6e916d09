import { DynamoDBClient, ScanCommand } from '@aws-sdk/client-dynamodb';
import { DYNAMODB } from '../../src/lib/aws/services.ts';
import { CREDENTIALS } from '../../stand-ins/account.ts';
import { startTables } from '../../stand-ins/dynamodb/server.ts';
import { awsCallAt } from './aws-call.ts';

/** A table with the ledger's schema, over HTTP. The ledger uses `call`. */
export async function startLedgerTable() {
  const region = 'eu-central-1';
  const tables = await startTables(region);
  const client = new DynamoDBClient({ endpoint: tables.url, region, credentials: CREDENTIALS, maxAttempts: 1 });
  await tables.create({
    TableName: 'ledger',
    BillingMode: 'PAY_PER_REQUEST',
    AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' }],
    KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
  });
  return {
    call: awsCallAt(DYNAMODB, tables.url),
    client,
    name: 'ledger',
    endpoint: tables.url,
    /** Every row, as JSON text. */
    dump: async () => JSON.stringify((await client.send(new ScanCommand({ TableName: 'ledger' }))).Items),
    stop: tables.close,
  };
}
export type LedgerTable = Awaited<ReturnType<typeof startLedgerTable>>;
