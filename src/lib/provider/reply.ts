import type { Headers, HttpResult } from '../http/exchange.ts';
import { isObject, parseJson } from '../json/exact-json.ts';
import type { Failure } from '../relay/completion.ts';
import type { Answer, ProviderRequest } from '../relay/provider.ts';
import { classify, type ErrorReply } from './classify.ts';
import { failure } from './failures.ts';

/** JSON nested deeper than this is refused, because recursive functions would run out of stack. No reply of the provider is so deep. */
const MAX_DEPTH = 64;

/** The status under which a refusal inside a 2xx body is classified: that of refusals of a single task. */
const REFUSED = 400;

/** Turns what came over the wire into an answer. `now` is needed for a Retry-After with a date. */
export function toAnswer(
  result: HttpResult,
  { body: sent, refusalIn }: { body?: string | undefined } & Pick<ProviderRequest, 'refusalIn'>,
  now: number,
): Answer {
  if (!result.complete) return failure(result.code);
  const { status, headers } = result;
  const about = { status, ...requestId(headers['x-request-id']) };
  const unreadable = unreadableBecause(result);
  if (unreadable !== undefined) return failure(unreadable, about);
  const body = parse(result.body);
  if (isSuccess(status)) {
    const refusal = refusalIn?.(body?.value);
    if (refusal) return { ...errorIn({ status: REFUSED, body: refusal, speaker: 'service' }, sent), ...about };
    return body ? { ok: true, body: body.value, ...about } : failure('reply_unreadable', about);
  }
  const inBody = isObject(body?.value) ? requestId(body.value.request_id) : {};
  const asked = retryAfter(headers['retry-after'], now);
  return { ...errorIn({ status, body: body?.value }, sent, asked), ...inBody, ...about };
}

function errorIn(reply: ErrorReply, sent: string | undefined, asked?: number): Failure {
  const { executed, window, ...error } = classify({ ...reply, fields: fieldsOf(sent) });
  const wait = asked ?? window;
  return { ok: false, executed, error, ...(wait !== undefined && { retryAfter: wait }) };
}

/** The field names that a message may repeat: those of the path and of the JSON that was sent. */
function fieldsOf(sent: string | undefined): ReadonlySet<string> {
  const names = [...(sent ?? '').matchAll(/"([a-z][a-z0-9_]{0,63})":/g)].map(([, name = '']) => name);
  return new Set(['project_id', 'task_id', 'instance_id', ...names]);
}

function unreadableBecause({ status, headers, body }: HttpResult & { complete: true }): string | undefined {
  if (status >= 300 && status < 400) return 'redirect_refused';
  if (isSuccess(status) && body.length === 0 && !saysItsEnd(status, headers)) return 'reply_truncated';
  const encodings = valuesOf(headers['content-encoding']).flatMap((value) => value.split(','));
  return encodings.every((one) => /^\s*(?:identity)?\s*$/i.test(one)) ? undefined : 'reply_encoded';
}

const isSuccess = (status: number) => status >= 200 && status < 300;

/**
 * Whether a reply shows where it ends (RFC 9112, 6.3). Without that it ends with its connection, and undici takes a reset
 * for its end. JSON that was cut off can be recognised, but an empty body may be the beginning of any reply.
 */
const saysItsEnd = (status: number, headers: Headers) =>
  status === 204 || status === 205 || 'content-length' in headers || 'transfer-encoding' in headers;

/** The value of a body; an empty body and null have no value. Undefined if the body is not JSON. */
function parse(bytes: Buffer): { value: unknown } | undefined {
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    const value = text.trim() === '' ? undefined : (parseJson(text) ?? undefined);
    return tooDeep(value) ? undefined : { value };
  } catch {
    return undefined;
  }
}

function tooDeep(value: unknown, room = MAX_DEPTH): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return room === 0 || Object.values(value).some((member) => tooDeep(member, room - 1));
}

/** A request id is kept only if it looks like the provider's (32 hex digits or a UUID), because a reply may repeat anything there. */
function requestId(value: unknown): { requestId?: string } {
  return typeof value === 'string' && /^(?:req-)?[0-9a-f]{8}[0-9a-f-]{8,56}$/i.test(value) ? { requestId: value } : {};
}

/** The values of a header, which may occur several times. */
const valuesOf = (header: string | string[] | undefined): string[] => (header === undefined ? [] : [header].flat());

/** Retry-After in milliseconds: seconds or a date (RFC 9110 10.2.3). Anything else counts as absent; of several the longest counts. */
function retryAfter(header: string | string[] | undefined, now: number): number | undefined {
  const waits = valuesOf(header).flatMap((value) => waitOf(value.trim(), now) ?? []);
  return waits.length === 0 ? undefined : Math.max(...waits);
}

/** The three date formats that a recipient must accept (RFC 9110 5.6.7). The last one has no zone and means GMT. */
const DATES = [
  /^[A-Z][a-z]{2}, \d{2} [A-Z][a-z]{2} \d{4} \d{2}:\d{2}:\d{2} GMT$/,
  /^[A-Z][a-z]{5,8}, \d{2}-[A-Z][a-z]{2}-\d{2} \d{2}:\d{2}:\d{2} GMT$/,
  /^[A-Z][a-z]{2} [A-Z][a-z]{2} [ \d]\d \d{2}:\d{2}:\d{2} \d{4}$/,
];

function waitOf(value: string, now: number): number | undefined {
  if (/^\d{1,9}$/.test(value)) return Number(value) * 1000;
  if (!DATES.some((form) => form.test(value))) return undefined;
  const date = Date.parse(value.endsWith('GMT') ? value : `${value} GMT`);
  return Number.isNaN(date) ? undefined : Math.max(0, date - now);
}
