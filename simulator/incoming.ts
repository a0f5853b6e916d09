import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { authenticate, type Caller } from './access.ts';
import type { NewEntry } from './log.ts';
import type { Route } from './route.ts';
import { findRoute, taskInBody } from './routes.ts';
import type { Signed } from './signature.ts';
import type { Call, PathIds, World } from './world.ts';

/** The gateway's limit for a request body (gateway error table, APIGW.0201 with HTTP 413). */
const MAX_BODY = 12 * 1024 * 1024;

/** Reads a request's body; undefined if it is larger than the limit. */
export async function readBody(req: IncomingMessage): Promise<Buffer | undefined> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of req as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length <= MAX_BODY) chunks.push(chunk);
  }
  return length > MAX_BODY ? undefined : Buffer.concat(chunks);
}

const SECRET_HEADERS = ['authorization', 'x-auth-token', 'x-security-token'];

const loggedHeaders = (request: Signed, label: string): Record<string, string> =>
  Object.fromEntries(
    Object.entries(request.headers).map(([name, value]) => [
      name,
      SECRET_HEADERS.includes(name) ? `[${label}]` : String(value),
    ]),
  );

const loggedBody = (route: Route, body: Buffer): string =>
  route.service === 'iam' ? '[withheld: carries a password]' : body.toString();

const loggedIds = (ids: PathIds): Partial<PathIds> =>
  Object.fromEntries(Object.entries(ids).filter(([, id]) => id !== ''));

/** A received call with its route and caller, and the fields that all its log entries have. */
export interface Exchange {
  route: Route;
  call: Call;
  caller: Caller;
  tooLarge: boolean;
  logFields: Omit<NewEntry, 'kind'>;
}

/** Receives one call: finds its route, authenticates its caller, and writes it into the log. */
export function receive(world: World, req: IncomingMessage, received: Buffer | undefined): Exchange {
  const body = received ?? Buffer.alloc(0);
  const [path = '/', query = ''] = (req.url ?? '/').split('?', 2);
  const { method = 'GET', headers } = req;
  const { route, ids } = findRoute(method, path, world.settings.cloud);
  const request = { method, path, query, headers, body };
  const caller = authenticate(world, request, route, ids.project);
  const contentType = String(headers['content-type'] ?? '');
  const call = { ...ids, query: new URLSearchParams(query), contentType, body, owner: caller.owner };
  const named = loggedIds({ ...ids, task: ids.task || taskInBody(route, body) });
  const { service, operation } = route;
  const logFields = { request: randomUUID(), service, operation, method, path: req.url ?? '/', ...named };
  world.log.add({
    kind: 'received',
    ...logFields,
    caller: caller.label,
    headers: loggedHeaders(request, caller.label),
    body: loggedBody(route, body),
  });
  return { route, call, caller, tooLarge: received === undefined, logFields };
}
