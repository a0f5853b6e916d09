import { Server } from 'node:http';
import { CreateTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import dynalite from 'dynalite';
import { close, listen } from '../http/listen.ts';
import type { PropertiesOf } from '../resources.ts';

/** DynamoDB on one machine, in memory. */
export interface Tables {
  url: string;
  create(table: PropertiesOf<'AWS::DynamoDB::Table'>): Promise<void>;
  close(): Promise<void>;
}

/** Starts DynamoDB on the loopback interface. It never removes expired rows, which DynamoDB does not promise either. */
export async function startTables(region: string): Promise<Tables> {
  const server = dynalite({ createTableMs: 0 });
  // dynalite throws out of the process when a caller vanishes; a worker that was ended does.
  server.on('request', (request) => request.removeAllListeners('error').on('error', () => {}));
  const url = await listen(server);
  return {
    url,
    create: (table) => createTable(url, region, table),
    // dynalite's own close shuts the database while a request may still be at work, and throws.
    close: () => close(server, Server.prototype.close),
  };
}

/** Makes a table in any service that speaks DynamoDB's protocol. */
export async function createTable(
  endpoint: string,
  region: string,
  table: PropertiesOf<'AWS::DynamoDB::Table'>,
): Promise<void> {
  const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
  const client = new DynamoDBClient({ region, endpoint, credentials });
  await client.send(new CreateTableCommand(table));
  client.destroy();
}
