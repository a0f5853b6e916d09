import { isObject, parseJson } from '../change/json.ts';
import type { Answer } from '../errors/answer.ts';
import { classify } from '../errors/errors.ts';
import { failure } from './failures.ts';
import type { Headers, Wire } from './wire.ts';

/** JSON nested deeper than this is refused: no reply of the provider is, and walkers of it would run out of stack. */
const DEPTH_LIMIT = 64;

/** Reads what came over the wire. `sent` is the request's body; `now` is needed for a Retry-After that is a date. */
export function toAnswer(wire: Wire, sent: string | undefined, now: number): Answer {
  if (!wire.whole) return failure(wire.code);
  const { status, headers } = wire;
  const about = { status, ...requestId(headers['x-request-id']) };
  const unreadable = unreadableBecause(status, headers);
  if (unreadable !== undefined) return failure(unreadable, about);
  const body = parse(wire.body);
  if (status >= 200 && status < 300)
    return body ? { ok: true, body: body.value, ...about } : failure('reply_unreadable', about);
  const value = body?.value;
  const { executed, ...error } = classify({ status, body: value, fields: fieldsOf(sent) });
  const inBody = isObject(value) ? requestId(value.request_id) : {};
  return { ok: false, executed, error, ...inBody, ...about, ...retryAfter(headers['retry-after'], now) };
}

/** The names that a message may repeat: those of the path and those of the sent JSON. */
function fieldsOf(sent: string | undefined): ReadonlySet<string> {
  const names = [...(sent ?? '').matchAll(/"([a-z][a-z0-9_]{0,63})":/g)].map(([, name = '']) => name);
  return new Set(['project_id', 'task_id', 'instance_id', ...names]);
}

function unreadableBecause(status: number, headers: Headers): string | undefined {
  if (status >= 300 && status < 400) return 'redirect_refused';
  const encoding = headers['content-encoding'];
  return encoding === undefined || encoding === 'identity' ? undefined : 'reply_encoded';
}

/** An empty body is JSON's nothing; undefined is what is no JSON. */
function parse(bytes: Buffer): { value: unknown } | undefined {
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    const value = text.trim() === '' ? undefined : parseJson(text);
    return tooDeep(value) ? undefined : { value };
  } catch {
    return undefined;
  }
}

function tooDeep(value: unknown, room = DEPTH_LIMIT): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return room === 0 || Object.values(value).some((member) => tooDeep(member, room - 1));
}

/** Only what looks like the provider's ids (32 hex digits, a UUID) passes on, as a reply may echo anything there. */
function requestId(value: unknown): { requestId?: string } {
  return typeof value === 'string' && /^(?:req-)?[0-9a-f]{8}[0-9a-f-]{8,56}$/i.test(value) ? { requestId: value } : {};
}

/** RFC 9110 10.2.3: seconds or a date; anything else is as if absent. */
function retryAfter(value: string | string[] | undefined, now: number): { retryAfter?: number } {
  if (typeof value !== 'string') return {};
  if (/^\d{1,9}$/.test(value)) return { retryAfter: Number(value) * 1000 };
  const date = /^[A-Z][a-z]{2}, \d{2} [A-Z][a-z]{2} \d{4} \d{2}:\d{2}:\d{2} GMT$/.test(value)
    ? Date.parse(value)
    : Number.NaN;
  return Number.isNaN(date) ? {} : { retryAfter: Math.max(0, date - now) };
}
