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
  const url = await listen(server);
  return {
    url,
    async create(table) {
      const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
      const client = new DynamoDBClient({ region, endpoint: url, credentials });
      await client.send(new CreateTableCommand(table));
      client.destroy();
    },
    close: () => close(server),
  };
}
