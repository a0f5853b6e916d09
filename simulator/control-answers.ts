import type * as z from 'zod';
import type { Reply } from './errors.ts';
import { isMembers, type Members } from './json.ts';
import type { World } from './world.ts';

/** What a control route is asked: the ids of its path, the body as JSON, the query. */
export interface Ask {
  ids: string[];
  body: unknown;
  query: URLSearchParams;
}
/** Answers a control route, or throws BadInput. */
export type Control = (world: World, ask: Ask) => Reply;

export const ok = (body: unknown): Reply => ({ status: 200, body });
export const refused = (error: string, status = 400): Reply => ({ status, body: { error } });
export const missing = (what: string): Reply => refused(`${what} not found`, 404);

/** Input that gets 400 with its message. */
export class BadInput extends Error {}

/** The value in its shape; BadInput names the members that are wrong. */
export function parsed<T>(schema: z.ZodType<T>, value: unknown): T {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const issues = result.error.issues.map(({ path, message }) => `${path.join('.') || 'body'}: ${message}`);
  throw new BadInput(issues.join('; '));
}

/** A body that must be a JSON object; none counts as an empty one. */
export function asMembers(body: unknown): Members {
  if (body === undefined) return {};
  if (!isMembers(body)) throw new BadInput('body: must be a JSON object');
  return body;
}

export const found = (what: string, task: Members | undefined): Reply =>
  task === undefined ? missing(what) : ok(task);
export const removed = (what: string, was: boolean): Reply => (was ? { status: 204 } : missing(what));
