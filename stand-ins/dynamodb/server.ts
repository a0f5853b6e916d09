import { type IncomingMessage, type RequestListener, Server, type ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { CreateTableCommand, type CreateTableCommandInput, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import dynalite from 'dynalite';
import { CREDENTIALS } from '../account.ts';
import { close, listen } from '../listen.ts';

/**
 * Starts DynamoDB on the loopback interface, in memory. It never removes expired rows; DynamoDB does not promise when it does so. A call
 * for which `isThrottled` is true, by the caller's access key and the body, is refused as DynamoDB does when it throttles.
 */
export async function startTables(region: string, isThrottled?: (caller: string, body: string) => boolean) {
  const server = dynalite({ createTableMs: 0 });
  const [serve] = server.listeners('request') as RequestListener[];
  if (serve && isThrottled) server.removeAllListeners('request').on('request', throttled(serve, isThrottled));
  // dynalite throws an uncaught error when a caller disconnects, as a worker does when it is ended.
  server.on('request', (request) => request.removeAllListeners('error').on('error', () => {}));
  const url = await listen(server);
  return {
    url,
    create: (table: CreateTableCommandInput) => createTable(url, region, table),
    // dynalite's own close shuts the database while a request may still run, and throws.
    close: () => close(server, Server.prototype.close),
  };
}
export type Tables = Awaited<ReturnType<typeof startTables>>;

function throttled(
  serve: RequestListener,
  isThrottled: (caller: string, body: string) => boolean,
): RequestListener<typeof IncomingMessage, typeof ServerResponse> {
  return async (request, response) => {
    // The request of a caller that disconnects in the middle of it is ignored.
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

/** Makes a table in any service with DynamoDB's protocol. */
export async function createTable(endpoint: string, region: string, table: CreateTableCommandInput): Promise<void> {
  const client = new DynamoDBClient({ region, endpoint, credentials: CREDENTIALS });
  await client.send(new CreateTableCommand(table));
  client.destroy();
}
