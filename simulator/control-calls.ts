import * as z from 'zod';
import type { Reply } from './errors.ts';
import { FaultRequest } from './fault-request.ts';
import { isMembers, type Members } from './json.ts';
import { Settings } from './settings.ts';
import type { World } from './world.ts';

/** A request to the control API: the ids in its path, the body as JSON, the query, and whether the client has left. */
export interface ControlRequest {
  ids: string[];
  body: unknown;
  query: URLSearchParams;
  left: AbortSignal;
}
/** Answers a control request, or throws BadInput. */
export type ControlCall = (world: World, request: ControlRequest) => Reply | Promise<Reply>;

/** Input that gets 400 with this message. */
export class BadInput extends Error {}

export const ok = (body: unknown): Reply => ({ status: 200, body });
export const refused = (error: string, status = 400): Reply => ({ status, body: { error } });
export const missing = (what: string): Reply => refused(`${what} not found`, 404);
export const removed = (what: string, wasThere: boolean): Reply => (wasThere ? { status: 204 } : missing(what));

/** Parses a value. BadInput names the members that are wrong. */
export function parsed<T>(schema: z.ZodType<T>, value: unknown): T {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const issues = result.error.issues.map(({ path, message }) => `${path.join('.') || 'body'}: ${message}`);
  throw new BadInput(issues.join('; '));
}

/** A body that must be a JSON object. No body counts as an empty object. */
export function asMembers(body: unknown): Members {
  if (body === undefined) return {};
  if (!isMembers(body)) throw new BadInput('body: must be a JSON object');
  return body;
}

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
