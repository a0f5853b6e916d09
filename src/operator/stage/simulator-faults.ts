import type { Service } from '../../lib/operations/operation.ts';

/** One way in which the simulator can fail at the next call of a task. */
export interface NamedFault {
  /** What happens at the provider. */
  what: string;
  /** What the relay is expected to do. It is shown beforehand. */
  expect: string;
  /** The simulator's fault, without its `match` (simulator/README.md). */
  effect: object | ((service: Service) => object);
  /** True if it affects no call to the provider. The console of the local stack then makes it happen below the relay. */
  beneath?: true;
  /** Set if it happens before the task of a call is known. It then affects all calls for this many milliseconds. */
  refusesFor?: number;
}

const HANG = { hang: true };
/** In milliseconds. It is long enough for an attempt of the change to fall into it. */
const REFUSED_FOR = 1500;
const byService = (dcs: string, sms: string) => (service: Service) => ({ code: service === 'dcs' ? dcs : sms });
const MISSING = byService('DCS.4133', 'SMS.7703');

/** All faults by name, for `relay send --fault`, `relay explain faults` and the console. */
export const NAMED_FAULTS: Readonly<Record<string, NamedFault>> = {
  'connection-refused': {
    what: 'the connection is refused',
    expect: 'succeeded at a later attempt, because no request was sent',
    effect: {},
    refusesFor: REFUSED_FOR,
  },
  'timeout-before-apply': {
    what: 'the request is never answered and changes nothing',
    expect:
      'succeeded if the call may be repeated: the task is read and found unchanged, then the request is sent again',
    effect: HANG,
  },
  'timeout-after-apply': {
    what: 'the change is applied, but its reply never comes',
    expect: 'succeeded, confirmed by reading the task back',
    effect: { ...HANG, when: 'after' },
  },
  'reset-after-apply': {
    what: 'the change is applied, then the connection breaks',
    expect: 'succeeded, confirmed by reading the task back',
    effect: { reset: true, when: 'after' },
  },
  'error-500-before-apply': {
    what: 'HTTP 500, nothing changed',
    expect:
      'succeeded if the call may be repeated: the task is read and found unchanged, then the request is sent again',
    effect: { status: 500 },
  },
  'error-500-after-apply': {
    what: 'the change is applied, the reply is HTTP 500',
    expect: 'succeeded, confirmed by reading the task back',
    effect: { status: 500, when: 'after' },
  },
  'truncated-reply': {
    what: 'the change is applied, the reply breaks off',
    expect: 'succeeded, confirmed by reading the task back',
    effect: { reply: 'truncated', when: 'after' },
  },
  'malformed-reply': {
    what: 'the change is applied, the reply is not JSON',
    expect: 'succeeded, confirmed by reading the task back',
    effect: { reply: 'malformed', when: 'after' },
  },
  'slow-reply': {
    what: 'the change is applied, the reply comes byte by byte and too late',
    expect: 'succeeded, confirmed by reading the task back',
    effect: { reply: 'drip', when: 'after' },
  },
  throttled: {
    what: 'HTTP 429 with Retry-After: 1',
    expect: 'succeeded at the second attempt',
    effect: { status: 429, retry_after: 1 },
  },
  busy: {
    what: 'HTTP 400 with a code that means "busy, try later"',
    expect: 'succeeded at the second attempt',
    effect: byService('DCS.4096', 'SMS.7716'),
  },
  refused: {
    what: 'HTTP 400: the state of the task does not allow it',
    expect: 'rejected',
    effect: byService('DCS.4957', 'SMS.6005'),
  },
  'missing-task': {
    what: 'the provider does not know the task',
    expect: 'rejected',
    effect: MISSING,
  },
  'clock-off': {
    what: 'HTTP 401: the signature is refused once',
    expect: 'succeeded: the credential is read again and the request repeated',
    effect: { code: 'APIGW.0301' },
  },
  'unreadable-afterwards': {
    what: 'the change is applied, its reply never comes, and the task cannot be read afterwards',
    expect: 'succeeded as soon as the task can be read again',
    effect: { ...HANG, when: 'after', readings: { status: 503, calls: 6 } },
  },
  'nobody-can-tell': {
    what: 'the change is applied, its reply never comes, and a read reports that the task does not exist',
    expect: 'unknown after about ten seconds; resolve it with relay resolve',
    effect: (service) => ({ ...HANG, when: 'after', readings: { calls: 1, ...MISSING(service) } }),
  },
  'dead-letter': {
    what: 'the ledger does not answer for this change; three deliveries fail, the others are skipped, and the queue gives up the message',
    expect: 'a dead letter after a few seconds; no request was sent, and relay dlq replay puts it back',
    effect: {},
    beneath: true,
  },
};

/** Where a fault is set: the simulator, or the console on the webhook's port. */
interface FaultTargets {
  simulatorUrl: string;
  webhookUrl: string;
}

/** Makes the next call for a task fail. */
export async function setFault(
  { simulatorUrl, webhookUrl }: FaultTargets,
  name: string,
  of: { service: Service; task: string; call: string },
) {
  const fault = NAMED_FAULTS[name];
  if (!fault) throw new Error(`there is no fault ${name}`);
  const { service, task, call } = of;
  if (fault.beneath) return post(new URL('/console/set-fault', webhookUrl), { name, task, times: 1 });
  const faults = new URL('/simulator/faults', simulatorUrl);
  if (fault.refusesFor !== undefined) return post(faults, { refuse_ms: fault.refusesFor });
  return post(faults, { ...effectOf(fault, service), match: { service, task, operation: call }, calls: 1 });
}

/** The effect of a fault on calls of a service, in the form that the simulator takes. */
export const effectOf = ({ effect }: NamedFault, service: Service): object =>
  typeof effect === 'function' ? effect(service) : effect;

async function post(url: URL, body: object): Promise<void> {
  const headers = { 'content-type': 'application/json' };
  const response = await fetch(url, { method: 'POST', headers, body: JSON.stringify(body) });
  if (response.ok) return;
  throw new Error(`the fault could not be set at ${url.origin}${url.pathname}: ${await response.text()}`);
}
