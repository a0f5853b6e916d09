import { describe, expect, it } from 'vitest';
import { classify } from '../../../src/lib/provider/classify.ts';
import { failure } from '../../../src/lib/provider/failures.ts';
import { completionOf, type Failure, isGone, isPassing, notApplied } from '../../../src/lib/relay/completion.ts';
import type { ProviderError } from '../../../src/lib/relay/provider.ts';
import type { Completion } from '../../../src/lib/relay/result.ts';

const problems = [{ path: 'data.body.x', message: 'unknown field' }];
const ERROR: ProviderError = { class: 'conflict', code: 'DCS.4957', remedy: 'no', message: 'm', advice: 'a' };
const failureOf = (error: Partial<ProviderError>, over: Partial<Failure> = {}): Failure => ({
  ok: false,
  executed: 'no',
  status: 400,
  error: { ...ERROR, ...error },
  ...over,
});

/** A consumer of results may rely on each of these words. */
const OWN: [string, Completion, Partial<Completion>, Partial<ProviderError>][] = [
  [
    'what is no change',
    completionOf('change_unreadable', problems),
    { outcome: 'rejected', problems },
    {
      class: 'invalid_request',
      code: 'change_unreadable',
      remedy: 'no',
      message: 'The message is not a change: it is not a CloudEvent 1.0 in JSON with an id and a source.',
      advice: 'Send a CloudEvent 1.0 in structured mode.',
    },
  ],
  [
    'a change that does not fit',
    completionOf('change_invalid', problems),
    { outcome: 'rejected', problems },
    {
      class: 'invalid_request',
      code: 'change_invalid',
      remedy: 'no',
      message: 'The change is not valid for its operation.',
      advice: 'Correct the named fields and send the change again under a new id.',
    },
  ],
  [
    'a secret in the change',
    completionOf('inline_secret_refused', problems),
    { outcome: 'rejected', problems },
    {
      class: 'invalid_request',
      code: 'inline_secret_refused',
      remedy: 'no',
      message: 'The change itself contains a secret, which this environment refuses.',
      advice: 'Store the secret, name it in password_ref, and send the change again under a new id.',
    },
  ],
  [
    'an id used twice',
    completionOf('idempotency_conflict'),
    { outcome: 'rejected' },
    {
      class: 'conflict',
      code: 'idempotency_conflict',
      remedy: 'no',
      message: 'Another change was already received under this id and source.',
      advice: 'Give every change its own id. A corrected change is a new change.',
    },
  ],
  [
    'an older change',
    completionOf('newer_change_handled'),
    { outcome: 'superseded' },
    {
      class: 'conflict',
      code: 'newer_change_handled',
      remedy: 'no',
      message: 'A newer change for the same task or server was already handled, so this one was not sent.',
      advice: 'Nothing to do. If you still want the older change, send it as a new change.',
    },
  ],
  [
    'a secret that is not handed out',
    completionOf('secret_not_allowed', problems),
    { outcome: 'rejected', problems },
    {
      class: 'forbidden',
      code: 'secret_not_allowed',
      remedy: 'no',
      message: 'The change names a secret that this environment does not allow for changes.',
      advice: 'Use a secret whose name starts with the prefix that this environment allows.',
    },
  ],
  [
    'a secret that cannot be read',
    completionOf('secret_unavailable', problems),
    { outcome: 'failed', problems },
    {
      class: 'service_error',
      code: 'secret_unavailable',
      remedy: 'later',
      message: 'A secret that the change names could not be read.',
      advice: 'Check that the secret exists and that the relay may read it, then send the change again under a new id.',
    },
  ],
  [
    'a task that another change holds',
    completionOf('task_busy'),
    { outcome: 'failed' },
    {
      class: 'conflict',
      code: 'task_busy',
      remedy: 'later',
      message: 'An earlier change for the same task or server did not end in time, so this one was not sent.',
      advice: 'Check the earlier change, then send this one again under a new id.',
    },
  ],
  [
    'an unknown outcome',
    completionOf('outcome_unknown'),
    { outcome: 'unknown' },
    {
      class: 'unknown',
      code: 'outcome_unknown',
      remedy: 'no',
      message: 'A request was sent, but neither its reply nor a later read shows whether it was applied.',
      advice: 'Check at the provider whether it was applied. If it was not, send it again under a new id.',
    },
  ],
];

describe('a completion with an error of the relay itself', () => {
  it.each(OWN)('for %s says what happened and what to do', (_what, completion, text, error) => {
    expect(completion).toEqual({ ...text, error: { ...error, origin: 'relay' } });
  });
});

describe('a change that the provider did not carry out', () => {
  it.each<[string, Partial<ProviderError>, string]>([
    ['at fault, to be corrected never', { class: 'invalid_request', remedy: 'no' }, 'rejected'],
    ['at fault until it is corrected', { class: 'invalid_request', remedy: 'after_change' }, 'rejected'],
    ['for a task that is missing', { class: 'not_found', code: 'DCS.4133' }, 'rejected'],
    ['in conflict with the task', { class: 'conflict' }, 'rejected'],
    ['for a reason that has no class', { class: 'unknown' }, 'rejected'],
    ['that the way is not open to', { class: 'forbidden' }, 'failed'],
    ['with a credential of no use', { class: 'unauthenticated' }, 'failed'],
    ['that met throttling', { class: 'throttled' }, 'failed'],
    ['that met a broken service', { class: 'service_error' }, 'failed'],
    ['in conflict for now', { class: 'conflict', remedy: 'later' }, 'failed'],
    ['until the credential is renewed', { class: 'invalid_request', remedy: 'after_refresh' }, 'failed'],
    ['at an address that the gateway does not know', { class: 'not_found', cause: 'address' }, 'failed'],
    ['for want of a quota', { class: 'invalid_request', cause: 'quota' }, 'failed'],
    ['in conflict with what another service does', { class: 'conflict', cause: 'service' }, 'failed'],
    ['for a reason of something on the way', { class: 'unknown', cause: 'proxy' }, 'failed'],
    ['in conflict, by its status alone', { class: 'conflict', code: 'http_409' }, 'rejected'],
    ['in conflict, says the gateway', { class: 'conflict', code: 'APIGW.0999' }, 'rejected'],
  ])('%s has the right outcome (%j: %s)', (_what, error, outcome) => {
    expect(notApplied(failureOf(error)).outcome).toBe(outcome);
  });

  it('gets advice that does not promise another try', () => {
    expect(notApplied(failure('dns_failed')).error.advice).toMatch(/, then send the change again under a new id\.$/);
  });

  it('passes on what the provider said, its status and its request id', () => {
    expect(notApplied(failureOf({}, { status: 409, requestId: 'r-1' }))).toEqual({
      outcome: 'rejected',
      error: { ...ERROR, origin: 'provider' },
      status: 409,
      requestId: 'r-1',
    });
  });

  it.each<[string, Failure, string]>([
    ['no reply', failure('connection_refused'), 'relay'],
    ['a reply, but not the service’s', failureOf({ code: 'credentials_unavailable' }, { status: 403 }), 'relay'],
    ['a reply', failureOf({ code: 'APIGW.0301' }, { status: 401 }), 'provider'],
  ])('by %s names the origin of the error', (_what, failed, origin) => {
    expect(notApplied(failed).error.origin).toBe(origin);
  });
});

describe('another attempt', () => {
  it.each([
    ['later', true],
    ['after_refresh', true],
    ['reconcile', true],
    ['after_change', false],
    ['no', false],
  ] as const)('makes sense with the remedy %s: %s', (remedy, answer) => {
    expect(isPassing({ ...ERROR, remedy })).toBe(answer);
  });
});

describe('a task', () => {
  it.each<[string, number, object | undefined, boolean]>([
    ['says the service that it has none', 400, { error_code: 'DCS.4133' }, true],
    ['says the other service', 400, { error_code: 'SMS.7703' }, true],
    ['says the billing', 400, { error_code: 'CBC.30000067' }, true],
    ['says the gateway that there is no such path', 404, { error_code: 'APIGW.0101' }, false],
    ['says the service that there is no such path', 404, { error_code: 'DCS.4001' }, false],
    ['says the service by its number', 404, { error_code: 111404001 }, false],
    ['says the service of the method', 405, { error_code: 'DCS.5001' }, false],
    ['says IAM', 404, { error_code: 'IAM.0004' }, false],
    ["says IAM in keystone's shape", 404, { error: { code: 404 } }, false],
    ['says another service', 404, { error_code: 'VPC.9999' }, false],
    ['says a bare 404', 404, undefined, false],
    ['says a bare 410', 410, undefined, false],
    ['says the service that it is busy', 400, { error_code: 'DCS.4026' }, false],
  ])('is gone if so %s (%i, %j): %s', (_what, status, body, gone) => {
    expect(isGone(failureOf(classify({ status, body })))).toBe(gone);
  });
});
