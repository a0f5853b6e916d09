import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Invocation } from '../../stand-ins/lambda/batch-response.ts';
import { close, createPatientServer, listen } from '../../stand-ins/listen.ts';
import { fromResult, gatewayReply, type HttpReply, toEvent } from './payload.ts';

/** The documented limits of an HTTP API: 10 MB of body, 10,240 bytes of request line and headers. */
const MAX_BODY = 10 * 1024 * 1024;
const MAX_HEADERS = 10_240;

/** A route key such as `POST /changes` and the function behind it. */
export interface Route {
  key: string;
  invoke(event: unknown): Promise<Invocation>;
}

/** The port for people. It serves the routes of the HTTP API, and GET /healthz about the stack itself. */
export interface Api {
  url: string;
  close(): Promise<void>;
}

/** Answers the requests for all paths that are not a route's. */
export type Fallback = (request: IncomingMessage, response: ServerResponse) => Promise<unknown>;

/** Serves the routes on 127.0.0.1. `health` gives the content of /healthz, and `fallback` gets the requests for all other paths. */
export async function startApi(routes: Route[], port: number, health: () => object, fallback?: Fallback): Promise<Api> {
  const server = createPatientServer(
    async (request, response) => {
      const reply = await answer(request, routes, health);
      if (reply) return write(response, reply);
      return fallback ? fallback(request, response) : write(response, gatewayReply(404, 'Not Found'));
    },
    { maxHeaderSize: MAX_HEADERS },
  );
  return { url: await listen(server, port), close: () => close(server) };
}

/** The reply to a request; undefined if no route has its path. */
async function answer(request: IncomingMessage, routes: Route[], health: () => object): Promise<HttpReply | undefined> {
  if (!isLocal(request)) return gatewayReply(403, 'Forbidden');
  const key = `${request.method} ${(request.url ?? '').split('?', 1)[0]}`;
  if (key === 'GET /healthz') return fromResult(JSON.stringify(health()));
  const route = routes.find((candidate) => candidate.key === key);
  if (!route) return undefined;
  const body = await readBody(request);
  if (!body) return gatewayReply(413, 'Request Entity Too Large');
  return toReply(await route.invoke(toEvent(request, body, key)));
}

/** True for a request to this machine's own name. If a page rebinds its name to 127.0.0.1, its requests still have that name as Host. */
function isLocal({ headers: { host = '' }, socket: { localPort } }: IncomingMessage): boolean {
  const [, port = '80'] = /^(?:localhost|127\.0\.0\.1|\[::1\])(?::(\d+))?$/.exec(host) ?? [undefined, ''];
  return port === String(localPort);
}

async function readBody(request: IncomingMessage): Promise<Buffer | undefined> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size <= MAX_BODY) chunks.push(chunk);
  }
  return size <= MAX_BODY ? Buffer.concat(chunks) : undefined;
}

function toReply(invocation: Invocation): HttpReply {
  if (invocation.ok) return fromResult(invocation.payload);
  const isUnavailable = ['Sandbox.Timedout', 'TooManyRequestsException'].includes(invocation.type);
  return isUnavailable ? gatewayReply(503, 'Service Unavailable') : gatewayReply(500, 'Internal Server Error');
}

function write(response: ServerResponse, { status, headers, body }: HttpReply): void {
  response.writeHead(status, { ...headers, 'content-length': body.length }).end(body);
}
