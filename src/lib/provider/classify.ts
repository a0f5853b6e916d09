import { isObject } from '../json/exact-json.ts';
import { adviceFor } from '../relay/advice.ts';
import type { ProviderError } from '../relay/provider.ts';
import { errorInReply, providerCode } from '../relay/reply-error.ts';
import {
  adviceOfCode,
  fieldNamed,
  type Meaning,
  meaningOfCode,
  meaningOfStatus,
  NOT_REACHED,
  type Speaker,
  tableCode,
} from './error-table.ts';

/** An error, and whether the provider can have carried the request out. */
export interface Classified extends ProviderError {
  executed: 'no' | 'unknown';
  /** The time over which the provider counts requests, in milliseconds, if the text of a throttled reply names it. */
  window?: number;
}

/** An error reply of the provider. Its body is parsed, or undefined when it was empty or not JSON. */
export interface ErrorReply {
  status: number;
  body?: unknown;
  /** Names of the fields that were sent. A message may name only these. */
  fields?: ReadonlySet<string>;
  /** Who refused, where that is known without a code. */
  speaker?: Speaker;
}

/**
 * Classifies an error reply and says whether the request can have been executed: by the provider's code, else by the status,
 * else as unknown. The status alone says little: SMS answers 400 to everything, DCS to a missing task. The result never
 * holds the provider's text.
 */
export function classify(reply: ErrorReply): Classified {
  const errorBody = readErrorBody(reply);
  const code = errorBody.code === undefined ? `http_${reply.status}` : tableCode(errorBody.code);
  const meaning =
    meaningOfCode(code, reply.status) ??
    meaningOfStatus(reply.status, reply.speaker ?? speakerOf(errorBody, reply.status));
  const executed = executedOf(code, reply.status, meaning);
  const field = fieldNamed(code, errorBody.text ?? '', reply.fields ?? new Set());
  const what = {
    class: meaning.class,
    code,
    // A request that may have been carried out must be read back before it is repeated.
    remedy: executed === 'unknown' ? ('reconcile' as const) : meaning.remedy,
    cause: meaning.cause,
  };
  const message = field === undefined ? meaning.text : `the provider does not accept the field ${field}`;
  return { ...what, message, advice: adviceOn(what), executed, ...windowOf(meaning, errorBody.text) };
}

/** The advice of the code, if it has one of its own and the task need not be read first. */
const adviceOn = (what: Parameters<typeof adviceFor>[0] & { code: string }): string =>
  (what.remedy === 'reconcile' ? undefined : adviceOfCode(what.code)) ?? adviceFor(what);

const UNITS = { second: 1000, minute: 60_000, hour: 3_600_000, day: 86_400_000 };

/** Only a number and a unit are read from a throttled reply's text: "limit:10,time:1 minute", "5 times per 60 seconds". */
function windowOf({ class: what }: Meaning, text = ''): { window?: number } {
  const named = /(?:,time:|\bper )(?:(?<count>\d{1,4}) )?(?<unit>second|minute|hour|day)s?\b/.exec(text)?.groups;
  if (what !== 'throttled' || named === undefined) return {};
  return { window: Number(named.count ?? 1) * UNITS[named.unit as keyof typeof UNITS] };
}

/** The codes of the services that are called. S3M belongs to SMS too (its manual's appendix), and the numbers to DCS. */
const OF_SERVICE = /^(?:DCS|SMS|S3M)\.|^111/;

function speakerOf({ code, raw, isKeystone }: ErrorBody, status: number): Speaker {
  if (code === undefined) return isKeystone && raw === status ? 'iam' : 'nobody';
  return OF_SERVICE.test(code) ? 'service' : 'other';
}

/**
 * Whether a request can have been executed. A 5xx may come after the work, so it proves nothing, even with a code that means
 * a conflict (DCS.4069 comes as 500), unless the gateway says why it never called the backend. A 4xx refuses before the work.
 */
function executedOf(code: string, status: number, meaning: Meaning): Classified['executed'] {
  if (code in NOT_REACHED) return 'no';
  return meaning.remedy === 'reconcile' || status < 400 || status >= 500 ? 'unknown' : 'no';
}

interface ErrorBody {
  code: string | undefined;
  /** The value in the place of the code, whether or not it is a code. */
  raw?: unknown;
  /** True for the shape of IAM's errors, an object at `error`. */
  isKeystone?: boolean;
  text: string | undefined;
}

/**
 * The code and text of an error body in any of the provider's shapes: nested `error`, flat, or bare `code` and `message`. A
 * code in another place shows which service refused, except in a 5xx, where it may belong to another request.
 */
function readErrorBody({ status, body }: ErrorReply): ErrorBody {
  const elsewhere = status < 500 ? errorInReply(body)?.code : undefined;
  if (!isObject(body)) return { code: elsewhere, text: undefined };
  const inner = isObject(body.error) ? body.error : body;
  const text = inner.error_msg ?? inner.message;
  const raw = inner.error_code ?? inner.code ?? body.error_code;
  return {
    code: providerCode(raw) ?? elsewhere,
    raw,
    isKeystone: inner !== body,
    text: typeof text === 'string' ? text : undefined,
  };
}
