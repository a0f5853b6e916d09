import type { IncomingMessage, ServerResponse } from 'node:http';
import { advanceClock, setClock, showClock } from './clock.ts';
import {
  addFault,
  BadInput,
  type ControlCall,
  type ControlRequest,
  changeSettings,
  clearFaults,
  missing,
  ok,
  refused,
  removeFault,
  reset,
} from './control-calls.ts';
import { advanceCall, showSources, showTasks, storeCalls } from './control-tasks.ts';
import type { Reply } from './errors.ts';
import { readBody } from './incoming.ts';
import { isMembers, readExact } from './json.ts';
import { countLog, readLog } from './log-calls.ts';
import { moveDueTasks } from './moves.ts';
import { send } from './sending.ts';
import type { World } from './world.ts';

/** A control route. Every `*` is one segment of the path; `reads` is what the call reads beside the path, if anything. */
const route = (path: string, call: ControlCall, reads?: 'query' | 'body') => ({
  pattern: new RegExp(`^${path.replaceAll('*', '([^/]+)')}$`),
  call,
  reads,
});

function storeRoutes(path: string, store: Parameters<typeof storeCalls>[0]) {
  const { put, show, remove } = storeCalls(store);
  return [route(`PUT ${path}`, put, 'body'), route(`GET ${path}`, show), route(`DELETE ${path}`, remove)];
}

const ROUTES = [
  route('GET health', (world) => ok({ status: 'ok', cloud: world.settings.cloud })),
  route('GET log', readLog, 'query'),
  route('GET log/count', countLog, 'query'),
  route('GET settings', (world) => ok(world.settings)),
  route('PUT settings', changeSettings, 'body'),
  route('GET clock', showClock),
  route('PUT clock', setClock, 'body'),
  route('POST clock', advanceClock, 'body'),
  route('GET tasks', showTasks),
  ...storeRoutes('tasks/dcs/*/*', 'dcs'),
  route('POST tasks/dcs/*/*/advance', advanceCall('dcs'), 'body'),
  ...storeRoutes('tasks/sms/*', 'sms'),
  route('POST tasks/sms/*/advance', advanceCall('sms'), 'body'),
  route('GET sources', showSources),
  ...storeRoutes('sources/sms/*', 'sources'),
  route('POST faults', addFault, 'body'),
  route('GET faults', (world) => ok({ faults: world.faults.all() })),
  route('DELETE faults', clearFaults),
  route('DELETE faults/*', removeFault),
  route('POST tokens/revoke', (world) => ok({ revoked: world.tokens.revoke() })),
  route('POST tokens/expire', (world) => ok({ expired: world.tokens.expire() })),
  route('POST reset', reset, 'body'),
];

/** Refuses a query or body that the call does not read. Otherwise it would be ignored without a word. */
function refuseUnread({ body, query }: ControlRequest, reads: 'query' | 'body' | undefined): void {
  if (reads !== 'query' && query.size > 0) throw new BadInput('query: this call takes none');
  const isEmpty = body === undefined || (isMembers(body) && Object.keys(body).length === 0);
  if (reads !== 'body' && !isEmpty) throw new BadInput('body: this call takes none');
}

function parseBody(text: string): unknown {
  if (text.trim() === '') return undefined;
  try {
    return readExact(text);
  } catch {
    throw new BadInput('body: is not JSON');
  }
}

type Incoming = Pick<ControlRequest, 'left'> & { method: string; url: URL; text: string };

async function answer(world: World, { method, url, text, left }: Incoming): Promise<Reply> {
  const wanted = `${method} ${url.pathname.replace(/^\/simulator\//, '')}`;
  for (const { pattern, call, reads } of ROUTES) {
    const ids = pattern.exec(wanted)?.slice(1).map(decodeURIComponent);
    if (ids === undefined) continue;
    const request = { ids, body: parseBody(text), query: url.searchParams, left };
    refuseUnread(request, reads);
    moveDueTasks(world);
    return call(world, request);
  }
  return missing(`control ${wanted}`);
}

/** Answers a request under /simulator/. Wrong input gets 400 with an error that names the field. */
export async function control(world: World, req: IncomingMessage, res: ServerResponse): Promise<void> {
  const { method = 'GET', url = '/' } = req;
  const text = (await readBody(req))?.toString() ?? '';
  const leaving = new AbortController();
  res.once('close', () => leaving.abort());
  const incoming = { method, url: new URL(url, 'http://simulator'), text, left: leaving.signal };
  try {
    send(res, await answer(world, incoming));
  } catch (reason) {
    if (!(reason instanceof BadInput || reason instanceof URIError)) throw reason;
    send(res, refused(reason.message));
  }
}
