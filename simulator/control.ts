import type { IncomingMessage, ServerResponse } from 'node:http';
import * as z from 'zod';
import { dcsKey, newDcsTask, nextStatus } from './dcs.ts';
import type { Reply } from './errors.ts';
import { readBody } from './exchange.ts';
import { FaultRequest } from './faults.ts';
import { isMembers, type Members, readExact } from './json.ts';
import { send } from './sending.ts';
import { Settings } from './settings.ts';
import { newSmsTask } from './sms-task.ts';
import type { World } from './world.ts';

type Ask = { ids: string[]; body: unknown; query: URLSearchParams };
type Control = (world: World, ask: Ask) => Reply;

const ok = (body: unknown): Reply => ({ status: 200, body });
const refused = (error: string, status = 400): Reply => ({ status, body: { error } });
const missing = (what: string): Reply => refused(`${what} not found`, 404);

class BadInput extends Error {}

const parsed = <T>(schema: z.ZodType<T>, value: unknown): T => {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const issues = result.error.issues.map(({ path, message }) => `${path.join('.') || 'body'}: ${message}`);
  throw new BadInput(issues.join('; '));
};

const asMembers = (body: unknown): Members => {
  if (body === undefined) return {};
  if (!isMembers(body)) throw new BadInput('body: must be a JSON object');
  return body;
};

const putDcs: Control = (world, { ids: [project = '', task = ''], body }) => {
  const made = newDcsTask(task, asMembers(body), world.clock());
  world.dcs.create(dcsKey(project, task), made);
  return ok(made);
};

const putSms: Control = (world, { ids: [task = ''], body }) => {
  const made = newSmsTask(task, asMembers(body), world.clock());
  world.sms.create(task, made);
  return ok(made);
};

const advance: Control = (world, { ids: [project = '', task = ''] }) => {
  const before = world.dcs.get(dcsKey(project, task));
  if (before === undefined) return missing('task');
  const after = { ...before, status: nextStatus(before, world.settings) };
  world.dcs.change(dcsKey(project, task), after);
  return ok(after);
};

const found = (what: string, task: Members | undefined): Reply => (task === undefined ? missing(what) : ok(task));
const removed = (what: string, was: boolean): Reply => (was ? { status: 204 } : missing(what));

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
  'POST faults': (world, { body }) => ({ status: 201, body: world.faults.add(parsed(FaultRequest, body ?? {})) }),
  'GET faults': (world) => ok({ faults: world.faults.all() }),
  'DELETE faults': (world) => {
    world.faults.clear();
    return { status: 204 };
  },
  'DELETE faults/*': (world, { ids: [id = ''] }) => removed('fault', world.faults.remove(id)),
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
