import { describe, expect, it } from 'vitest';
import { FAILURE_CODES, failure } from '../../../src/lib/provider/failures.ts';

const NOTHING_SENT: [code: string, what: string, remedy: string, message: string][] = [
  ['connection_refused', 'service_error', 'later', 'the provider refused the connection; nothing was sent'],
  ['connect_timeout', 'service_error', 'later', 'no connection within two seconds; nothing was sent'],
  ['connection_failed', 'service_error', 'later', 'the connection broke before anything was sent'],
  ['dns_failed', 'service_error', 'later', "the provider's host name was not resolved; nothing was sent"],
  ['tls_failed', 'service_error', 'later', "the provider's certificate or TLS was not acceptable; nothing was sent"],
  ['not_sent_in_time', 'service_error', 'later', 'the time for the request was used up before it could be sent'],
  ['request_not_sendable', 'invalid_request', 'no', 'the request could not be put on the wire'],
  ['service_not_configured', 'invalid_request', 'no', 'the configured cloud has no such service'],
  ['credentials_unavailable', 'service_error', 'later', "the relay's credential could not be loaded"],
  ['credentials_malformed', 'unauthenticated', 'later', "the relay's credential is not well formed"],
  [
    ...(['credential_paused', 'unauthenticated', 'later'] as const),
    "the relay's credential was refused a short while ago, or is being tried",
  ],
  ['provider_paused', 'service_error', 'later', 'the provider failed several times in a row, so nothing was sent'],
  ['token_unreadable', 'service_error', 'later', "the provider's IAM answered without a usable token"],
];
const LEFT_OPEN: [code: string, what: string, message: string][] = [
  ['connection_reset', 'service_error', 'the connection broke after the request was sent'],
  ['request_timeout', 'service_error', 'no complete reply in time'],
  ['request_failed', 'unknown', 'the request failed in an unexpected way and may have been sent'],
  ['redirect_refused', 'unknown', 'the provider answered with a redirect, which is never followed'],
  ['reply_encoded', 'unknown', 'the reply is compressed although that was declined'],
  ['reply_too_large', 'unknown', 'the reply is larger than any that the provider documents'],
  ['reply_unexpected', 'unknown', 'the reply reports an error, or does not fit the operation'],
  ['reply_truncated', 'unknown', 'the reply was cut off'],
  ['reply_unreadable', 'unknown', 'the reply is not valid HTTP, UTF-8 or JSON'],
];

describe("the relay's own failures", () => {
  it('are these, and each is listed by its code', () => {
    expect(FAILURE_CODES).toEqual([...NOTHING_SENT, ...LEFT_OPEN].map(([code]) => code));
  });

  it.each(NOTHING_SENT)('mean with %s that nothing was executed', (code, what, remedy, message) => {
    expect(failure(code)).toEqual({
      ok: false,
      executed: 'no',
      error: { class: what, code, remedy, message, advice: expect.stringMatching(/\.$/) },
    });
  });

  it.each([...LEFT_OPEN, ['no_such_code', 'unknown', 'an unexpected failure']])(
    'require with %s that the task is read first',
    (code, what, message) => {
      const advice = 'Read the task before anything else: the request may have been carried out.';
      expect(failure(code)).toEqual({
        ok: false,
        executed: 'unknown',
        error: { class: what, code, remedy: 'reconcile', message, advice },
      });
    },
  );

  it('have what is known of the reply, and a detail after their message', () => {
    expect(failure('redirect_refused', { status: 302, requestId: 'r' }, ': to nowhere')).toMatchObject({
      status: 302,
      requestId: 'r',
      error: { message: 'the provider answered with a redirect, which is never followed: to nowhere' },
    });
  });

  it('have advice by code where that says more than the class', () => {
    expect(failure('dns_failed').error.advice).toBe(
      "Check the relay's endpoint and its network; the relay tries again.",
    );
    expect(failure('connection_refused').error.advice).toBe(
      "Nothing to do yet: the relay tries again; ask the provider's support if it persists.",
    );
  });
});
