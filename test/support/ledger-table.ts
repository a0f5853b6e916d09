import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { CreateTableCommand, DynamoDBClient, ScanCommand } from '@aws-sdk/client-dynamodb';
import dynalite from 'dynalite';
import { DYNAMODB } from '../../src/lib/aws/services.ts';
import { awsCallAt } from './aws-call.ts';

/** An in-process table of the ledger's shape; `call` is how the ledger calls it. */
export async function startLedgerTable() {
  const server: Server = dynalite({ createTableMs: 0 });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const client = new DynamoDBClient({
    endpoint: `http://127.0.0.1:${port}`,
    region: 'eu-central-1',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
    maxAttempts: 1,
  });
  await client.send(
    new CreateTableCommand({
      TableName: 'ledger',
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' }],
      KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
    }),
  );
  return {
    call: awsCallAt(DYNAMODB, `http://127.0.0.1:${port}`),
    client,
    name: 'ledger',
    endpoint: `http://127.0.0.1:${port}`,
    /** Every row, as JSON text. */
    dump: async () => JSON.stringify((await client.send(new ScanCommand({ TableName: 'ledger' }))).Items),
    stop: () => new Promise((resolve) => server.close(resolve)),
  };
}
export type LedgerTable = Awaited<ReturnType<typeof startLedgerTable>>;
