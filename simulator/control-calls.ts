import * as z from 'zod';
import { dcsKey, newDcsTask } from './dcs/configuration.ts';
import type { Reply } from './errors.ts';
import { FaultRequest } from './fault-request.ts';
import { isMembers, type Members } from './json.ts';
import { advanceTask } from './moves.ts';
import { Settings } from './settings.ts';
import { newSmsTask } from './sms/task.ts';
import type { World } from './world.ts';

/** A request to the control API: the ids in its path, the body as JSON, the query. */
export interface ControlRequest {
  ids: string[];
  body: unknown;
  query: URLSearchParams;
}
/** Answers a control request, or throws BadInput. */
export type ControlCall = (world: World, request: ControlRequest) => Reply;

/** Input that gets 400 with this message. */
export class BadInput extends Error {}

export const ok = (body: unknown): Reply => ({ status: 200, body });
export const refused = (error: string, status = 400): Reply => ({ status, body: { error } });
export const missing = (what: string): Reply => refused(`${what} not found`, 404);
const removed = (what: string, wasThere: boolean): Reply => (wasThere ? { status: 204 } : missing(what));

/** Parses a value; BadInput names the members that are wrong. */
function parsed<T>(schema: z.ZodType<T>, value: unknown): T {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const issues = result.error.issues.map(({ path, message }) => `${path.join('.') || 'body'}: ${message}`);
  throw new BadInput(issues.join('; '));
}

/** A body that must be a JSON object. No body counts as an empty object. */
function asMembers(body: unknown): Members {
  if (body === undefined) return {};
  if (!isMembers(body)) throw new BadInput('body: must be a JSON object');
  return body;
}

const Count = z.coerce.number().int().min(0);
const LogQuery = z.strictObject({
  after: Count.default(0),
  limit: Count.min(1).default(Number.MAX_SAFE_INTEGER),
});

export const readLog: ControlCall = (world, { query }) => {
  const { after, limit } = parsed(LogQuery, Object.fromEntries(query));
  return ok(world.log.after(after, limit));
};

export const changeSettings: ControlCall = (world, { body }) => {
  world.settings = parsed(Settings, { ...world.settings, ...asMembers(body) });
  return ok(world.settings);
};

const Reset = z.strictObject({ keep_tasks: z.boolean().default(false) });

export const reset: ControlCall = (world, { body }) => {
  world.reset(parsed(Reset, body ?? {}).keep_tasks);
  return { status: 204 };
};

/** Adds a fault. If it refuses connections, the simulator stops listening. */
export const addFault: ControlCall = (world, { body }) => {
  const fault = world.faults.add(parsed(FaultRequest, body ?? {}));
  const { id, refuse_ms } = fault;
  if (refuse_ms !== undefined) {
    fault.until = new Date(world.clock() + refuse_ms).toISOString();
    world.listener.shut(refuse_ms, () => world.faults.remove(id));
  }
  return { status: 201, body: fault };
};

export const removeFault: ControlCall = (world, { ids: [id = ''] }) => {
  const refuses = world.faults.all().some((fault) => fault.id === id && fault.refuse_ms !== undefined);
  const wasThere = world.faults.remove(id);
  if (refuses) world.listener.open();
  return removed('fault', wasThere);
};

export const clearFaults: ControlCall = (world) => {
  world.faults.clear();
  world.listener.open();
  return { status: 204 };
};

/** What differs between the tasks of the two services: the member with the id, the key in the store, and a new task. */
const SERVICES = {
  dcs: {
    idMember: 'task_id',
    keyOf: ([project = '', task = '']: string[]) => dcsKey(project, task),
    create: newDcsTask,
  },
  sms: { idMember: 'id', keyOf: ([task = '']: string[]) => task, create: newSmsTask },
};

const Advance = z.strictObject({ fails: z.boolean().default(false) });

const noStateAfter = (state: string, fails: boolean) =>
  new BadInput(`no ${fails ? 'failed ' : ''}state follows ${state}: PUT the task instead`);

/** The control calls about the tasks of a service. */
export function taskCalls(service: 'dcs' | 'sms') {
  const { idMember, keyOf, create } = SERVICES[service];
  const put: ControlCall = (world, { ids, body }) => {
    const [id, members] = [ids.at(-1) ?? '', asMembers(body)];
    if ((members[idMember] ?? id) !== id) throw new BadInput(`${idMember}: is not the id of the path, ${id}`);
    const task = create(id, members, world.clock());
    world[service].create(keyOf(ids), task);
    return ok(task);
  };
  const show: ControlCall = (world, { ids }) => {
    const task = world[service].get(keyOf(ids));
    return task === undefined ? missing('task') : ok(task);
  };
  const remove: ControlCall = (world, { ids }) => removed('task', world[service].remove(keyOf(ids)));
  const advance: ControlCall = (world, { ids, body }) => {
    const { fails } = parsed(Advance, body ?? {});
    const task = world[service].get(keyOf(ids));
    if (task === undefined) return missing('task');
    const { moved, finalState } = advanceTask(world, service, keyOf(ids), task, fails);
    if (finalState !== undefined) throw noStateAfter(finalState, fails);
    return moved === undefined ? { status: 204 } : ok(moved);
  };
  return { put, show, remove, advance };
}
