import { type IncomingMessage, type RequestListener, Server, type ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { CreateTableCommand, type CreateTableCommandInput, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import dynalite from 'dynalite';
import { CREDENTIALS } from '../account.ts';
import { close, listen } from '../listen.ts';

/** DynamoDB on one machine, in memory. */
export interface Tables {
  url: string;
  create(table: CreateTableCommandInput): Promise<void>;
  close(): Promise<void>;
}

/**
 * Starts DynamoDB on the loopback interface. It never removes expired rows, which DynamoDB does not promise either. While
 * `isThrottled` says so of a caller, by its access key, and of what it asks, it is refused as by DynamoDB when that is asked
 * too much.
 */
export async function startTables(
  region: string,
  isThrottled?: (caller: string, body: string) => boolean,
): Promise<Tables> {
  const server = dynalite({ createTableMs: 0 });
  const [serve] = server.listeners('request') as RequestListener[];
  if (serve && isThrottled) server.removeAllListeners('request').on('request', throttled(serve, isThrottled));
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

function throttled(
  serve: RequestListener,
  isThrottled: (caller: string, body: string) => boolean,
): RequestListener<typeof IncomingMessage, typeof ServerResponse> {
  return async (request, response) => {
    // A caller that vanishes in the middle of its request asked for nothing.
    const body = await buffer(request).catch(() => undefined);
    if (body === undefined) return;
    if (isThrottled(callerOf(request), body.toString())) return refuse(response);
    const { method, url, headers } = request;
    serve(Object.assign(Readable.from([body]), { method, url, headers }) as IncomingMessage, response);
  };
}

const callerOf = ({ headers }: IncomingMessage) => /Credential=([^/]+)\//.exec(headers.authorization ?? '')?.[1] ?? '';

const THROTTLED = JSON.stringify({
  __type: 'com.amazonaws.dynamodb.v20120810#ThrottlingException',
  message: 'Throughput exceeds the current capacity of your table or index.',
});

function refuse(response: ServerResponse): void {
  response.writeHead(400, { 'content-type': 'application/x-amz-json-1.0', connection: 'close' }).end(THROTTLED);
}

/** Makes a table in any service that speaks DynamoDB's protocol. */
export async function createTable(endpoint: string, region: string, table: CreateTableCommandInput): Promise<void> {
  const client = new DynamoDBClient({ region, endpoint, credentials: CREDENTIALS });
  await client.send(new CreateTableCommand(table));
  client.destroy();
}
