import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { setTimeout as wait } from 'node:timers/promises';
import { authenticate, type Caller } from './access.ts';
import { errorReply, injectedReply, Refusal, type Reply } from './errors.ts';
import type { Fault } from './faults.ts';
import type { Line } from './log.ts';
import { findRoute, type Route } from './routes.ts';
import { send, sendDamaged } from './sending.ts';
import type { Signed } from './signature.ts';
import type { Call, Result, World } from './world.ts';

/** The gateway's limit for a request body (gateway error table, APIGW.0201 with HTTP 413). */
export const BODY_LIMIT = 12 * 1024 * 1024;

/** Reads a request's body up to the limit; undefined when it is larger. */
export const readBody = async (req: IncomingMessage): Promise<Buffer | undefined> => {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of req as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length <= BODY_LIMIT) chunks.push(chunk);
  }
  return length > BODY_LIMIT ? undefined : Buffer.concat(chunks);
};

const SECRET_HEADERS = ['authorization', 'x-auth-token', 'x-security-token'];

const loggedHeaders = (request: Signed, mark: string): Record<string, string> =>
  Object.fromEntries(
    Object.entries(request.headers).map(([name, value]) => [
      name,
      SECRET_HEADERS.includes(name) ? `[${mark}]` : String(value),
    ]),
  );

const loggedBody = (route: Route, body: Buffer): string =>
  route.service === 'iam' ? '[withheld: carries a password]' : body.toString();

/** One exchange: what came in, who asked, and the stem of every log line about it. */
type Exchange = { route: Route; call: Call; caller: Caller; tooLarge: boolean; stem: Omit<Line, 'kind'> };

const begin = (world: World, req: IncomingMessage, received: Buffer | undefined): Exchange => {
  const body = received ?? Buffer.alloc(0);
  const [path = '/', query = ''] = (req.url ?? '/').split('?', 2);
  const { method = 'GET', headers } = req;
  const { route, project, task } = findRoute(method, path);
  const request = { method, path, query, headers, body };
  const caller = authenticate(world, request, route, project);
  const contentType = String(headers['content-type'] ?? '');
  const call = { project, task, query: new URLSearchParams(query), contentType, body };
  const ids = { ...(task === '' ? {} : { task }), ...(project === '' ? {} : { project }) };
  const { service, operation } = route;
  const stem = { request: randomUUID(), service, operation, method, path: req.url ?? '/', ...ids };
  world.log.add({
    kind: 'received',
    ...stem,
    caller: caller.mark,
    headers: loggedHeaders(request, caller.mark),
    body: loggedBody(route, body),
  });
  return { route, call, caller, tooLarge: received === undefined, stem };
};

const perform = (world: World, { route, call, caller, tooLarge, stem }: Exchange): Reply => {
  try {
    if (tooLarge) throw new Refusal('APIGW.0201');
    if (caller.refusal !== undefined) throw caller.refusal;
    const { reply, applied }: Result = route.run(world, call);
    if (applied !== undefined) world.log.add({ kind: 'applied', ...stem, ...applied });
    return reply;
  } catch (reason) {
    if (!(reason instanceof Refusal)) throw reason;
    return errorReply(reason, stem.request, world.settings.numeric_codes);
  }
};

/** Every reply carries the request id and the simulator's own time, which clients compare with theirs. */
const dressed = (world: World, { stem }: Exchange, reply: Reply): Reply => ({
  ...reply,
  headers: { ...reply.headers, 'X-Request-Id': stem.request, Date: new Date(world.clock()).toUTCString() },
});

const logAnswer = (world: World, { stem }: Exchange, res: ServerResponse, reply: Reply, fault?: Fault): void =>
  world.log.add({
    kind: 'answered',
    ...stem,
    status: reply.status,
    ...(reply.code === undefined ? {} : { code: reply.code }),
    ...(reply.body === undefined || stem.service === 'iam' ? {} : { reply: reply.body }),
    ...(fault === undefined ? {} : { fault: fault.id }),
    ...(res.destroyed ? { gone: true } : {}),
  });

/** True for a fault that only slows the call down: the request is then handled in any case. */
const onlyDelays = ({ status, code, message, reset, hang, reply, retry_after, lands_after_ms }: Fault): boolean =>
  [status, code, message, reset, hang, reply, retry_after, lands_after_ms].every((one) => one === undefined);

const wantedStatus = ({ status, code, retry_after }: Fault): number | undefined =>
  status ?? (retry_after !== undefined && code === undefined ? 429 : undefined);

const replyUnder = (fault: Fault, own: Reply | undefined, { stem }: Exchange): Reply => {
  const { code, message } = fault;
  const status = wantedStatus(fault);
  if (code !== undefined || message !== undefined || (status ?? 0) >= 300) {
    return injectedReply({ status, code, message }, stem.service, stem.request);
  }
  const usual = fault.reply === 'html' ? 502 : (own?.status ?? 200);
  return { ...(own ?? { body: {} }), status: status ?? usual };
};

const withRetryAfter = (reply: Reply, { retry_after }: Fault): Reply =>
  retry_after === undefined ? reply : { ...reply, headers: { ...reply.headers, 'Retry-After': String(retry_after) } };

const pause = (world: World, ms: number | undefined): Promise<unknown> =>
  ms === undefined ? Promise.resolve() : wait(ms, undefined, { signal: world.closing, ref: false });

/** Performs the call when its time has come, whoever still waits for the answer. */
const performLater = (world: World, exchange: Exchange, ms: number): void => {
  pause(world, ms).then(
    () => perform(world, exchange),
    () => undefined,
  );
};

const underFault = async (world: World, exchange: Exchange, res: ServerResponse, fault: Fault): Promise<void> => {
  world.log.add({ kind: 'fault', ...exchange.stem, fault: fault.id });
  if (fault.lands_after_ms !== undefined) performLater(world, exchange, fault.lands_after_ms);
  const late = fault.when === 'before';
  if (late) await pause(world, fault.delay_ms);
  const own = !late || onlyDelays(fault) ? perform(world, exchange) : undefined;
  if (!late) await pause(world, fault.delay_ms);
  if (fault.hang) return;
  if (fault.reset) return void res.socket?.resetAndDestroy();
  const reply = dressed(world, exchange, withRetryAfter(replyUnder(fault, own, exchange), fault));
  logAnswer(world, exchange, res, reply, fault);
  await sendDamaged(res, reply, fault, world.closing);
};

/** Receives, authenticates, lets a fault strike, performs and answers one call, writing the log as it goes. */
export const exchange = async (world: World, req: IncomingMessage, res: ServerResponse): Promise<void> => {
  const current = begin(world, req, await readBody(req));
  const { service, operation, method, task = '' } = current.stem;
  const fault = world.faults.fire({ service, operation, method, task });
  if (fault !== undefined) return underFault(world, current, res, fault);
  const reply = dressed(world, current, perform(world, current));
  logAnswer(world, current, res, reply);
  send(res, reply);
};
