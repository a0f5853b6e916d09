import { isObject } from '../change/json.ts';
import type { ErrorClass, ProviderError, Remedy } from './answer.ts';
import { fieldNamed, type Meaning, meaningOfCode, meaningOfStatus, NOT_REACHED, tableCode } from './error-table.ts';

/** An error with the answer to the other question: can the provider have carried the request out? */
export interface Classified extends ProviderError {
  executed: 'no' | 'unknown';
}

/** An error reply of the provider: its body parsed, or undefined when it was empty or no JSON. */
export interface ErrorReply {
  status: number;
  body?: unknown;
  /** Names of the fields that were sent: only these may be named in a message. */
  fields?: ReadonlySet<string>;
}

/** The relay's own sentence for an error: what to do about it. */
export function adviceFor(what: ErrorClass, remedy: Remedy, code?: string): string {
  if (remedy === 'reconcile') return 'Read the task before anything else: the request may have been carried out.';
  return ADVICE[code ?? ''] ?? ADVICE[`${what} ${remedy}`] ?? ADVICE[what] ?? ADVICE.unknown;
}

const ADDRESS = 'Check the endpoint and the region of the relay: the address is unknown, which is not a missing task.';

const ADVICE: Record<string, string> & { unknown: string } = {
  invalid_request: 'Correct the change and send it under a new id.',
  unauthenticated: "Check the relay's credential and its project or account; the same request will be refused again.",
  'unauthenticated after_refresh':
    "Check that the relay's credential is valid and its clock right; it was renewed once.",
  forbidden: "Grant the relay's user the right for this call, then send the change under a new id.",
  not_found: 'Check the ids of the change: what they name does not exist.',
  conflict: 'Look at the task: its present state does not allow the change.',
  'conflict later': 'Nothing to do yet: the state that forbids the change passes, and the relay tries again.',
  'conflict after_change':
    'Bring the task or its servers into a state that allows the change, then send it under a new id.',
  throttled: 'Nothing to do yet: the relay waits and tries again; lower the rate of changes if it persists.',
  service_error: "Ask the provider's support, with the request id.",
  'service_error later': "Nothing to do yet: the relay tries again; ask the provider's support if it persists.",
  unknown: "Look the code up in the provider's manual.",
  http_404: ADDRESS,
  'APIGW.0101': ADDRESS,
  dns_failed: "Check the relay's endpoint and its network; the relay tries again.",
  tls_failed: "Check the relay's endpoint and the certificate that it shows; the relay tries again.",
  credentials_unavailable:
    "Check that the credential's secret exists and that the relay may read it; the relay tries again.",
  credentials_malformed: "Correct the named fields of the credential's secret; the relay tries again.",
  service_not_configured:
    'Send the change to a relay of a cloud that has the service, or give this one an endpoint for it.',
};

/**
 * Says of an error reply whether it was executed and what it is: by the provider's code, else by the status, else unknown
 * (the provider's error tables; SMS answers 400 to everything, DCS a missing task). Never carries the provider's text.
 */
export function classify(reply: ErrorReply): Classified {
  const said = readErrorBody(reply.body);
  const known = said.code === undefined ? undefined : tableCode(said.code);
  const code = known ?? `http_${reply.status}`;
  const meaning = meaningOfCode(code, reply.status) ?? meaningOfStatus(reply.status);
  const executed = executedOf(code, reply.status, meaning);
  // Waiting and repeating is no remedy for a request that may have been carried out.
  const remedy = executed === 'unknown' ? 'reconcile' : meaning.remedy;
  const field = fieldNamed(code, said.text ?? '', reply.fields ?? new Set());
  const message = field === undefined ? meaning.text : `the provider does not accept the field ${field}`;
  return { class: meaning.class, code, remedy, message, advice: adviceFor(meaning.class, remedy, code), executed };
}

/**
 * A 5xx may follow the work, so it proves nothing, not even with a code that says conflict (DCS.4069 comes as 500);
 * only a gateway that names why it never called the backend does. Other 4xx refuse the request before the work.
 */
function executedOf(code: string, status: number, meaning: Meaning): Classified['executed'] {
  if (code in NOT_REACHED) return 'no';
  return meaning.remedy === 'reconcile' || status < 400 || status >= 500 ? 'unknown' : 'no';
}

/** Code and text of an error body in any of the provider's shapes: nested `error`, flat, or bare `code` and `message`. */
function readErrorBody(body: unknown): { code: string | undefined; text: string | undefined } {
  if (!isObject(body)) return { code: undefined, text: undefined };
  const inner = isObject(body.error) ? body.error : body;
  const text = inner.error_msg ?? inner.message;
  return {
    code: providerCode(inner.error_code ?? inner.code ?? body.error_code),
    text: typeof text === 'string' ? text : undefined,
  };
}

const PROVIDER_CODE = /^(?:(?:DCS|SMS|APIGW|APIG|IAM|CBC|S3M)\.\d{4,8}|111\d{6})$/;

/**
 * Numbers become text, blanks go, letters become capitals. A code is received text too, so anything that has not the form
 * of the provider's codes counts as absent; so does a bare HTTP status (the keystone shape of IAM).
 */
export function providerCode(code: unknown): string | undefined {
  const plain =
    typeof code === 'string' || typeof code === 'number' ? String(code).replace(/\s+/g, '').toUpperCase() : '';
  return PROVIDER_CODE.test(plain) ? plain : undefined;
}
