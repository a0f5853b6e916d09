import type { IncomingMessage, ServerResponse } from 'node:http';
import * as z from 'zod';
import {
  type Ask,
  asMembers,
  BadInput,
  type Control,
  found,
  missing,
  ok,
  parsed,
  refused,
  removed,
} from './control-answers.ts';
import { addFault, clearFaults, removeFault } from './control-faults.ts';
import { advanceDcs, advanceSms, putDcs, putSms } from './control-tasks.ts';
import { dcsKey } from './dcs.ts';
import type { Reply } from './errors.ts';
import { readBody } from './incoming.ts';
import { isMembers, readExact } from './json.ts';
import { moveOn } from './moves.ts';
import { send } from './sending.ts';
import { Settings } from './settings.ts';
import type { World } from './world.ts';

const Count = z.coerce.number().int().min(0);

const readLog: Control = (world, { query }) => {
  const { after, limit } = parsed(
    z.strictObject({ after: Count.default(0), limit: Count.min(1).default(Number.MAX_SAFE_INTEGER) }),
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
  'POST tasks/dcs/*/*/advance': advanceDcs,
  'PUT tasks/sms/*': putSms,
  'POST tasks/sms/*/advance': advanceSms,
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

/** What a control route receives beyond its path, if anything. */
const TELLS: Record<string, 'query' | 'body'> = {
  'GET log': 'query',
  'PUT settings': 'body',
  'PUT tasks/dcs/*/*': 'body',
  'PUT tasks/sms/*': 'body',
  'POST tasks/dcs/*/*/advance': 'body',
  'POST tasks/sms/*/advance': 'body',
  'POST faults': 'body',
  'POST reset': 'body',
};

const patternOf = (route: string): RegExp => new RegExp(`^${route.replaceAll('*', '([^/]+)')}$`);
const ROUTES = Object.entries(CONTROLS).map(([route, run]) => ({
  pattern: patternOf(route),
  run,
  tells: TELLS[route],
}));

/** Refuses a body or query that the route does not read, which it would otherwise ignore silently. */
function demandRead({ body, query }: Ask, tells: 'query' | 'body' | undefined): void {
  if (tells !== 'query' && query.size > 0) throw new BadInput('query: this call takes none');
  const isEmpty = body === undefined || (isMembers(body) && Object.keys(body).length === 0);
  if (tells !== 'body' && !isEmpty) throw new BadInput('body: this call takes none');
}

function bodyFrom(text: string): unknown {
  if (text.trim() === '') return undefined;
  try {
    return readExact(text);
  } catch {
    throw new BadInput('body: is not JSON');
  }
}

function answer(world: World, method: string, url: URL, text: string): Reply {
  const wanted = `${method} ${url.pathname.replace(/^\/simulator\//, '')}`;
  for (const { pattern, run, tells } of ROUTES) {
    const ids = pattern.exec(wanted)?.slice(1).map(decodeURIComponent);
    if (ids === undefined) continue;
    const ask = { ids, body: bodyFrom(text), query: url.searchParams };
    demandRead(ask, tells);
    moveOn(world);
    return run(world, ask);
  }
  return missing(`control ${wanted}`);
}

/** Answers a request under /simulator/: wrong input gets 400 with an error that names the field. */
export async function control(world: World, req: IncomingMessage, res: ServerResponse): Promise<void> {
  const text = (await readBody(req))?.toString() ?? '';
  try {
    send(res, answer(world, req.method ?? 'GET', new URL(req.url ?? '/', 'http://simulator'), text));
  } catch (reason) {
    if (!(reason instanceof BadInput || reason instanceof URIError)) throw reason;
    send(res, refused(reason.message));
  }
}
