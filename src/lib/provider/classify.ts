import { isObject } from '../json/exact-json.ts';
import { adviceFor } from '../relay/advice.ts';
import type { ProviderError } from '../relay/provider.ts';
import { errorInReply, providerCode } from '../relay/reply-error.ts';
import {
  fieldNamed,
  type Meaning,
  meaningOfCode,
  meaningOfStatus,
  NOT_REACHED,
  type Speaker,
  tableCode,
} from './error-table.ts';

/** An error with the answer to the other question: can the provider have carried the request out? */
export interface Classified extends ProviderError {
  executed: 'no' | 'unknown';
  /** The time, in milliseconds, over which the provider counts requests, when a throttled reply's text names it. */
  window?: number;
}

/** An error reply of the provider: its body parsed, or undefined when it was empty or no JSON. */
export interface ErrorReply {
  status: number;
  body?: unknown;
  /** Names of the fields that were sent: only these may be named in a message. */
  fields?: ReadonlySet<string>;
}

/**
 * Says of an error reply whether it was executed and what it is: by the provider's code, else by the status, else unknown
 * (the provider's error tables; SMS answers 400 to everything, DCS a missing task). Never carries the provider's text.
 */
export function classify(reply: ErrorReply): Classified {
  const said = readErrorBody(reply);
  const code = said.code === undefined ? `http_${reply.status}` : tableCode(said.code);
  const meaning = meaningOfCode(code, reply.status) ?? meaningOfStatus(reply.status, speakerOf(said, reply.status));
  const executed = executedOf(code, reply.status, meaning);
  const field = fieldNamed(code, said.text ?? '', reply.fields ?? new Set());
  const what = {
    class: meaning.class,
    code,
    // Waiting and repeating is no remedy for a request that may have been carried out.
    remedy: executed === 'unknown' ? ('reconcile' as const) : meaning.remedy,
    cause: meaning.cause,
  };
  const message = field === undefined ? meaning.text : `the provider does not accept the field ${field}`;
  return { ...what, message, advice: adviceFor(what), executed, ...windowOf(meaning, said.text) };
}

const UNITS = { second: 1000, minute: 60_000, hour: 3_600_000, day: 86_400_000 };

/** Of a throttled reply's text only a number and a unit are read: "limit:10,time:1 minute", "5 times per 60 seconds". */
function windowOf({ class: what }: Meaning, text = ''): { window?: number } {
  const named = /(?:,time:|\bper )(?:(?<count>\d{1,4}) )?(?<unit>second|minute|hour|day)s?\b/.exec(text)?.groups;
  if (what !== 'throttled' || named === undefined) return {};
  return { window: Number(named.count ?? 1) * UNITS[named.unit as keyof typeof UNITS] };
}

/** The codes of the services that are called: S3M is SMS's too (its manual's appendix), and the numbers are DCS's. */
const OF_SERVICE = /^(?:DCS|SMS|S3M)\.|^111/;

function speakerOf({ code, raw, isKeystone }: Said, status: number): Speaker {
  if (code === undefined) return isKeystone && raw === status ? 'iam' : 'nobody';
  return OF_SERVICE.test(code) ? 'service' : 'other';
}

/**
 * A 5xx may follow the work, so it proves nothing, not even with a code that says conflict (DCS.4069 comes as 500);
 * only a gateway that names why it never called the backend does. Other 4xx refuse the request before the work.
 */
function executedOf(code: string, status: number, meaning: Meaning): Classified['executed'] {
  if (code in NOT_REACHED) return 'no';
  return meaning.remedy === 'reconcile' || status < 400 || status >= 500 ? 'unknown' : 'no';
}

interface Said {
  code: string | undefined;
  /** What stands in the code's place, whether or not it is one. */
  raw?: unknown;
  /** True for IAM's shape, an object at `error`. */
  isKeystone?: boolean;
  text: string | undefined;
}

/**
 * Code and text of an error body in any of the provider's shapes: nested `error`, flat, or bare `code` and `message`. A code
 * that stands elsewhere shows whose refusal it is; of a 5xx it might belong to another request, and proves nothing.
 */
function readErrorBody({ status, body }: ErrorReply): Said {
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
