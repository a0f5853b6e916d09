import { describe, expect, it } from 'vitest';
import { failure } from '../../../src/lib/provider/failures.ts';
import { adviceAtEnd, adviceFor } from '../../../src/lib/relay/advice.ts';
import type { Cause, ErrorClass } from '../../../src/lib/relay/provider.ts';
import sheet from '../../fixtures/errors.json' with { type: 'json' };

describe('adviceFor', () => {
  it.each([
    ['conflict', 'no', 'Look at the task: '],
    ['conflict', 'later', 'Nothing to do yet: the state '],
    ['conflict', 'after_change', 'Bring the task or its servers '],
    ['unauthenticated', 'no', "Check the relay's credential and its project "],
    ['unauthenticated', 'after_refresh', "Check that the relay's credential is valid "],
    ['service_error', 'no', "Ask the provider's support, "],
    ['service_error', 'later', 'Nothing to do yet: the relay tries again; ask '],
    ['throttled', 'later', 'Nothing to do yet: the relay waits '],
    ['throttled', 'reconcile', 'Read the task before anything else: '],
  ] as const)('says of %s and %s: %s', (what, remedy, start) => {
    expect(adviceFor({ class: what, remedy })).toMatch(new RegExp(`^${start}`));
  });

  it.each([
    ['dns_failed', /endpoint and its network; the relay tries again\.$/],
    ['tls_failed', /endpoint and the certificate .+; the relay tries again\.$/],
    ['credentials_unavailable', /secret exists .+; the relay tries again\.$/],
    ['credentials_malformed', /^Correct the named fields .+; the relay tries again\.$/],
    ['service_not_configured', /^Send the change to a relay of a cloud that has the service, /],
  ])('says of %s what to do about it, whatever its class', (code, advice) => {
    expect(adviceFor({ class: 'unknown', remedy: 'later', code })).toMatch(advice);
  });

  it.each([
    ['address', /^Check providerRegion and the endpoints .+ the task itself may exist\.$/],
    ['firewall', /firewall .+ provider's support/],
    ['proxy', /in place of the provider.+proxies/],
    ['request', /^The change is valid, .+relay's requests: .+request id.+\.$/],
    ['network', /relay's network address at its API gateway/],
    ['quota', /^Raise the quota .+ under a new id\.$/],
    ['account', /account in order .+ under a new id\.$/],
    ['credential', /credential of the stage .+project_id/],
    ['service', /manual of the service that its letters name/],
  ] as const)('says of the cause %s what to do, whatever the class', (cause, advice) => {
    for (const what of ['invalid_request', 'forbidden', 'service_error'] as const)
      expect(adviceFor({ class: what, remedy: 'no', cause })).toMatch(advice);
  });

  it('has a sentence for every cause of the sheet, and the sheet has no unknown cause', () => {
    const causes = Object.keys(sheet.about.cause) as Cause[];
    const texts = causes.map((cause) => adviceFor({ class: 'unknown', remedy: 'no', cause }));
    expect(new Set(texts).size).toBe(9);
    expect(texts).not.toContain(adviceFor({ class: 'unknown', remedy: 'no' }));
    const used = sheet.errors.flatMap((row) => ('cause' in row ? [row.cause as Cause] : []));
    expect(used.filter((cause) => !causes.includes(cause))).toEqual([]);
  });

  it('advises to read first, whatever the class and the cause, when the outcome is open', () => {
    const read = adviceFor({ class: 'service_error', remedy: 'reconcile' });
    expect(adviceFor({ class: 'conflict', remedy: 'reconcile', cause: 'quota' })).toBe(read);
  });

  it('does not advise to raise a quota that refills with time', () => {
    expect(adviceFor({ class: 'throttled', remedy: 'later', cause: 'quota' })).toMatch(/^Nothing to do yet/);
  });
});

describe('adviceAtEnd', () => {
  const ended = (what: ErrorClass, advice = adviceFor({ class: what, remedy: 'later' })) =>
    adviceAtEnd({ class: what, code: 'X', remedy: 'later', message: 'm', advice });

  it.each(['conflict', 'throttled', 'service_error'] as const)(
    'never says that there is nothing to do, or that the relay tries again, after a last %s',
    (what) => expect(ended(what)).toMatch(/^(?!.*(?:Nothing to do|tries again)).+ under a new id\.$/),
  );

  it('keeps what to check, and adds what to do next', () => {
    expect(adviceAtEnd(failure('dns_failed').error)).toBe(
      "Check the relay's endpoint and its network, then send the change again under a new id.",
    );
  });

  it('keeps an advice that does not mention another try', () => {
    expect(ended('invalid_request', 'Correct it.')).toBe('Correct it.');
  });
});
