import type { IncomingMessage, ServerResponse } from 'node:http';
import { setTimeout as wait } from 'node:timers/promises';
import { errorReply, InvalidRecord, type Reply } from './errors.ts';
import { headersUnder, leavesReply, replyUnder } from './fault-reply.ts';
import type { Fault } from './faults.ts';
import { overlaid } from './headers.ts';
import { begin, type Exchange, readBody } from './incoming.ts';
import { moveOn } from './moves.ts';
import { send, sendDamaged, sendInterim } from './sending.ts';
import { speaksNumbers } from './settings.ts';
import type { Result, World } from './world.ts';

function perform(world: World, { route, call, caller, tooLarge, stem }: Exchange): Reply {
  moveOn(world);
  try {
    if (tooLarge) throw new InvalidRecord('APIGW.0201', '', 413);
    if (caller.refusal !== undefined) throw caller.refusal;
    const { reply, applied }: Result = route.run(world, call);
    if (applied !== undefined) world.log.add({ kind: 'applied', ...stem, ...applied });
    return reply;
  } catch (reason) {
    if (!(reason instanceof InvalidRecord)) throw reason;
    const numeric = speaksNumbers(world.settings, stem.operation, reason.code);
    return errorReply(reason, stem.request, numeric);
  }
}

/** Every reply carries the request id and the simulator's own time, which clients compare with theirs. */
function withHeaders(world: World, { stem }: Exchange, reply: Reply, over?: Record<string, string>): Reply {
  const usual = { ...reply.headers, 'X-Request-Id': stem.request, Date: new Date(world.clock()).toUTCString() };
  return { ...reply, headers: overlaid(usual, over) };
}

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

const pause = (world: World, ms: number | undefined): Promise<unknown> =>
  ms === undefined ? Promise.resolve() : wait(ms, undefined, { signal: world.closing, ref: false });

/** Performs the call when its time has come, whoever still waits for the answer. */
function performLater(world: World, exchange: Exchange, ms: number): void {
  pause(world, ms).then(
    () => perform(world, exchange),
    () => undefined,
  );
}

async function underFault(world: World, exchange: Exchange, res: ServerResponse, fault: Fault): Promise<void> {
  const { service, request: requestId } = exchange.stem;
  world.log.add({ kind: 'fault', ...exchange.stem, fault: fault.id });
  if (fault.interim !== undefined) sendInterim(res, fault.interim);
  if (fault.lands_after_ms !== undefined) performLater(world, exchange, fault.lands_after_ms);
  const late = fault.when === 'before';
  if (late) await pause(world, fault.delay_ms);
  const own = !late || leavesReply(fault) ? perform(world, exchange) : undefined;
  if (!late) await pause(world, fault.delay_ms);
  if (fault.hang) return;
  if (fault.reset) return void res.socket?.resetAndDestroy();
  const numeric = world.settings.numeric_codes === true;
  const meant = replyUnder(fault, own, service, { requestId, numeric });
  const reply = withHeaders(world, exchange, meant, headersUnder(fault));
  logAnswer(world, exchange, res, reply, fault);
  await sendDamaged(res, reply, fault, world.closing);
}

/** Receives, authenticates, lets a fault strike, performs and answers one call, writing the log as it goes. */
export async function exchange(world: World, req: IncomingMessage, res: ServerResponse): Promise<void> {
  const current = begin(world, req, await readBody(req));
  const { service, operation, method, task = '' } = current.stem;
  const fault = world.faults.fire({ service, operation, method, task });
  if (fault !== undefined) return underFault(world, current, res, fault);
  const reply = withHeaders(world, current, perform(world, current));
  logAnswer(world, current, res, reply);
  send(res, reply);
}
