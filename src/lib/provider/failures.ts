import { adviceFor } from '../relay/advice.ts';
import type { Failure } from '../relay/completion.ts';
import type { ErrorClass, Remedy } from '../relay/provider.ts';

/** What can go wrong with a request or its reply, by the relay's own codes. */
const FAILURES: Record<string, readonly [ErrorClass, Remedy, string]> = {
  connection_refused: ['service_error', 'later', 'the provider refused the connection; nothing was sent'],
  connect_timeout: ['service_error', 'later', 'no connection within two seconds; nothing was sent'],
  connection_failed: ['service_error', 'later', 'the connection broke before anything was sent'],
  dns_failed: ['service_error', 'later', "the provider's host name was not resolved; nothing was sent"],
  tls_failed: ['service_error', 'later', "the provider's certificate or TLS was not acceptable; nothing was sent"],
  not_sent_in_time: ['service_error', 'later', 'the time for the request was used up before it could be sent'],
  request_not_sendable: ['invalid_request', 'no', 'the request could not be put on the wire'],
  service_not_configured: ['invalid_request', 'no', 'the configured cloud has no such service'],
  credentials_unavailable: ['service_error', 'later', "the relay's credential could not be loaded"],
  credentials_malformed: ['unauthenticated', 'later', "the relay's credential is not well formed"],
  credential_paused: [
    'unauthenticated',
    'later',
    "the relay's credential was refused a short while ago, or is being tried",
  ],
  provider_paused: ['service_error', 'later', 'the provider failed several times in a row, so nothing was sent'],
  token_unreadable: ['service_error', 'later', "the provider's IAM answered without a usable token"],
  connection_reset: ['service_error', 'reconcile', 'the connection broke after the request was sent'],
  request_timeout: ['service_error', 'reconcile', 'no complete reply in time'],
  request_failed: ['unknown', 'reconcile', 'the request failed in an unexpected way and may have been sent'],
  redirect_refused: ['unknown', 'reconcile', 'the provider answered with a redirect, which is never followed'],
  reply_encoded: ['unknown', 'reconcile', 'the reply is compressed although that was declined'],
  reply_too_large: ['unknown', 'reconcile', 'the reply is larger than any that the provider documents'],
  reply_unexpected: ['unknown', 'reconcile', 'the reply reports an error, or does not fit the operation'],
  reply_truncated: ['unknown', 'reconcile', 'the reply was cut off'],
  reply_unreadable: ['unknown', 'reconcile', 'the reply is not valid HTTP, UTF-8 or JSON'],
};

/** The relay's own codes for failures on the way to the provider. */
export const FAILURE_CODES: readonly string[] = Object.keys(FAILURES);

/** A failed answer with one of the relay's own codes. Unless the remedy is `reconcile`, nothing was executed. */
export function failure(code: string, about: { status?: number; requestId?: string } = {}, detail = ''): Failure {
  const [what, remedy, message] = FAILURES[code] ?? ['unknown', 'reconcile', 'an unexpected failure'];
  const advice = adviceFor({ class: what, remedy, code });
  return {
    ok: false,
    executed: remedy === 'reconcile' ? 'unknown' : 'no',
    error: { class: what, code, remedy, message: message + detail, advice },
    ...about,
  };
}
