import type { IncomingMessage, ServerResponse } from 'node:http';
import * as z from 'zod';
import { asMembers, BadInput, type Control, found, missing, ok, parsed, refused, removed } from './control-answers.ts';
import { advance, putDcs, putSms } from './control-tasks.ts';
import { dcsKey } from './dcs.ts';
import type { Reply } from './errors.ts';
import { readBody } from './exchange.ts';
import { FaultRequest } from './faults.ts';
import { readExact } from './json.ts';
import { send } from './sending.ts';
import { Settings } from './settings.ts';
import type { World } from './world.ts';

const Count = z.coerce.number().int().min(0);

const readLog: Control = (world, { query }) => {
  const { after, limit } = parsed(
    z.object({ after: Count.default(0), limit: Count.min(1).default(Number.MAX_SAFE_INTEGER) }),
    Object.fromEntries(query),
  );
  return ok(world.log.after(after, limit));
};

const changeSettings: Control = (world, { body }) => {
  world.settings = parsed(Settings, { ...world.settings, ...asMembers(body) });
  return ok(world.settings);
};

const Reset = z.strictObject({ keep_tasks: z.boolean().default(false) });

const reset: Control = (world, { body }) => {
  world.restore(parsed(Reset, body ?? {}).keep_tasks);
  return { status: 204 };
};

const addFault: Control = (world, { body }) => {
  const fault = world.faults.add(parsed(FaultRequest, body ?? {}));
  const { id, refuse_ms } = fault;
  if (refuse_ms !== undefined) {
    fault.until = new Date(world.clock() + refuse_ms).toISOString();
    world.door.shut(refuse_ms, () => world.faults.remove(id));
  }
  return { status: 201, body: fault };
};

const removeFault: Control = (world, { ids: [id = ''] }) => {
  const refuses = world.faults.all().some((fault) => fault.id === id && fault.refuse_ms !== undefined);
  const was = world.faults.remove(id);
  if (refuses) world.door.open();
  return removed('fault', was);
};

const clearFaults: Control = (world) => {
  world.faults.clear();
  world.door.open();
  return { status: 204 };
};

/** The control routes; every `*` is one segment of the path. */
const CONTROLS: Record<string, Control> = {
  'GET health': (world) => ok({ status: 'ok', cloud: world.settings.cloud }),
  'GET log': readLog,
  'GET settings': (world) => ok(world.settings),
  'PUT settings': changeSettings,
  'GET tasks': (world) => ok({ dcs: world.dcs.all(), sms: world.sms.all() }),
  'PUT tasks/dcs/*/*': putDcs,
  'GET tasks/dcs/*/*': (world, { ids: [project = '', task = ''] }) =>
    found('task', world.dcs.get(dcsKey(project, task))),
  'DELETE tasks/dcs/*/*': (world, { ids: [project = '', task = ''] }) =>
    removed('task', world.dcs.remove(dcsKey(project, task))),
  'POST tasks/dcs/*/*/advance': advance,
  'PUT tasks/sms/*': putSms,
  'GET tasks/sms/*': (world, { ids: [task = ''] }) => found('task', world.sms.get(task)),
  'DELETE tasks/sms/*': (world, { ids: [task = ''] }) => removed('task', world.sms.remove(task)),
  'POST faults': addFault,
  'GET faults': (world) => ok({ faults: world.faults.all() }),
  'DELETE faults': clearFaults,
  'DELETE faults/*': removeFault,
  'POST tokens/revoke': (world) => ok({ revoked: world.tokens.revoke() }),
  'POST tokens/expire': (world) => ok({ expired: world.tokens.expire() }),
  'POST reset': reset,
};

const patternOf = (route: string): RegExp => new RegExp(`^${route.replaceAll('*', '([^/]+)')}$`);
const ROUTES = Object.entries(CONTROLS).map(([route, control]) => ({ pattern: patternOf(route), control }));

const bodyFrom = (text: string): unknown => {
  if (text.trim() === '') return undefined;
  try {
    return readExact(text);
  } catch {
    throw new BadInput('body: is not JSON');
  }
};

const answer = (world: World, method: string, url: URL, text: string): Reply => {
  const wanted = `${method} ${url.pathname.replace(/^\/simulator\//, '')}`;
  for (const { pattern, control } of ROUTES) {
    const ids = pattern.exec(wanted)?.slice(1).map(decodeURIComponent);
    if (ids) return control(world, { ids, body: bodyFrom(text), query: url.searchParams });
  }
  return missing(`control ${wanted}`);
};

/** Answers a request under /simulator/: wrong input gets 400 with an error that names the field. */
export const control = async (world: World, req: IncomingMessage, res: ServerResponse): Promise<void> => {
  const text = (await readBody(req))?.toString() ?? '';
  try {
    send(res, answer(world, req.method ?? 'GET', new URL(req.url ?? '/', 'http://simulator'), text));
  } catch (reason) {
    if (!(reason instanceof BadInput || reason instanceof URIError)) throw reason;
    send(res, refused(reason.message));
  }
};
