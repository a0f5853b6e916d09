import type { IncomingMessage, ServerResponse } from 'node:http';
import { setTimeout as wait } from 'node:timers/promises';
import { errorReply, ProviderError, type Reply } from './errors.ts';
import { faultHeaders, faultReply, isReplyUnchanged } from './fault-reply.ts';
import type { Fault } from './fault-request.ts';
import { type Exchange, readBody, receive } from './incoming.ts';
import { moveDueTasks } from './moves.ts';
import { overlay, send, sendDamaged, sendInterim } from './sending.ts';
import { hasNumericCode } from './settings.ts';
import type { Result, World } from './world.ts';

function perform(world: World, { route, call, caller, tooLarge, logFields }: Exchange): Reply {
  moveDueTasks(world);
  try {
    if (tooLarge) throw new ProviderError('APIGW.0201', '', 413);
    if (caller.refusal !== undefined) throw caller.refusal;
    const { reply, applied = [] }: Result = route.run(world, call);
    for (const one of applied) world.log.add({ kind: 'applied', ...logFields, ...one });
    return reply;
  } catch (reason) {
    if (!(reason instanceof ProviderError)) throw reason;
    const numeric = hasNumericCode(world.settings, logFields.operation, reason.code);
    return errorReply(reason, logFields.request, numeric);
  }
}

/** Every reply has the request id and the simulator's own time, which clients compare with theirs. */
function withHeaders(world: World, { logFields }: Exchange, reply: Reply, over?: Record<string, string>): Reply {
  const usual = { ...reply.headers, 'X-Request-Id': logFields.request, Date: new Date(world.clock()).toUTCString() };
  return { ...reply, headers: overlay(usual, over) };
}

/** What the log tells of a reply. Those of IAM have tokens, so it has no bodies of them. */
const loggedReply = ({ logFields }: Exchange, { status, code, body }: Reply) => ({
  ...logFields,
  status,
  ...(code === undefined ? {} : { code }),
  ...(body === undefined || logFields.service === 'iam' ? {} : { reply: body }),
});

const logAnswer = (world: World, current: Exchange, res: ServerResponse, reply: Reply, fault?: Fault): void =>
  world.log.add({
    kind: 'answered',
    ...loggedReply(current, reply),
    ...(fault === undefined ? {} : { fault: fault.id }),
    ...(res.destroyed ? { gone: true } : {}),
  });

const delay = (world: World, ms: number | undefined): Promise<unknown> =>
  ms === undefined ? Promise.resolve() : wait(ms, undefined, { signal: world.closing, ref: false });

/** Performs the call after a delay, whether or not the client still waits. A reset in the meantime drops it. */
function performLater(world: World, current: Exchange, ms: number): void {
  const { resets } = world;
  const land = (): void => {
    if (world.resets === resets) world.log.add({ kind: 'landed', ...loggedReply(current, perform(world, current)) });
  };
  delay(world, ms).then(land, () => undefined);
}

async function answerUnderFault(world: World, exchange: Exchange, res: ServerResponse, fault: Fault): Promise<void> {
  const { service, request: requestId } = exchange.logFields;
  world.log.add({ kind: 'fault', ...exchange.logFields, fault: fault.id });
  if (fault.interim !== undefined) sendInterim(res, fault.interim);
  if (fault.lands_after_ms !== undefined) performLater(world, exchange, fault.lands_after_ms);
  const late = fault.when === 'before';
  if (late) await delay(world, fault.delay_ms);
  const own = !late || isReplyUnchanged(fault) ? perform(world, exchange) : undefined;
  if (!late) await delay(world, fault.delay_ms);
  if (fault.hang) return;
  if (fault.reset) return void res.socket?.resetAndDestroy();
  const numeric = world.settings.numeric_codes === true;
  const meant = faultReply(fault, own, service, { requestId, numeric });
  const reply = withHeaders(world, exchange, meant, faultHeaders(fault));
  logAnswer(world, exchange, res, reply, fault);
  await sendDamaged(res, reply, fault, world.closing);
}

/** Handles one call: receives and authenticates it, applies a fault if one matches, performs it, replies, and writes the log. */
export async function exchange(world: World, req: IncomingMessage, res: ServerResponse): Promise<void> {
  const current = receive(world, req, await readBody(req));
  const { service, operation, method, task = '', source = '' } = current.logFields;
  const fault = world.faults.fire({ service, operation, method, task, source, body: current.call.body });
  if (fault !== undefined) return answerUnderFault(world, current, res, fault);
  const reply = withHeaders(world, current, perform(world, current));
  logAnswer(world, current, res, reply);
  send(res, reply);
}
