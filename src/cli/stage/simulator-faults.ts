import type { Service } from '../../lib/operations/operation.ts';

/** One way in which the simulator can fail at the next call of a task. */
export interface NamedFault {
  /** What happens at the provider. */
  what: string;
  /** What the relay makes of it, told beforehand. */
  expect: string;
  /** The simulator's own fault, its `match` left out (simulator/README.md). */
  effect: object | ((service: Service) => object);
  /** Strikes the readings that follow too. */
  readings?: object;
  /** It strikes before a call is known: not the calls of one task, but all for this many milliseconds. */
  refusesFor?: number;
}

const HANG = { hang: true };
/** Long enough for an attempt to meet it, whatever the send waits for first. */
const REFUSED_FOR = 1500;
const byService = (dcs: string, sms: string) => (service: Service) => ({ code: service === 'dcs' ? dcs : sms });

/** The faults by name, for `relay send --fault`, `relay explain faults` and whoever else offers them. */
export const NAMED_FAULTS: Readonly<Record<string, NamedFault>> = {
  'connection-refused': {
    what: 'nobody listens: connections are refused',
    expect: 'succeeded at a later attempt: nothing had left',
    effect: {},
    refusesFor: REFUSED_FOR,
  },
  'timeout-before-apply': {
    what: 'the request is never answered and changes nothing',
    expect: 'succeeded if it may be repeated: the task is read, found unchanged, and the request sent again',
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
    expect: 'succeeded if it may be repeated: read, found unchanged, sent again',
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
    what: 'the change is applied, the reply is no JSON',
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
    what: 'HTTP 400 with a code that means: busy, later',
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
    effect: byService('DCS.4133', 'SMS.7703'),
  },
  'clock-off': {
    what: 'HTTP 401: the signature is refused once',
    expect: 'succeeded: the credential is read again and the request repeated',
    effect: { code: 'APIGW.0301' },
  },
  'unreadable-afterwards': {
    what: 'the change is applied, its reply never comes, and the task cannot be read afterwards',
    expect: 'reading back until the readings work again or the change gives up; then unknown',
    effect: { ...HANG, when: 'after' },
    readings: { status: 503 },
  },
};

/** Lets the simulator fail at the next call for a task; gives nothing back but the promise that it will. */
export async function setFault(
  simulatorUrl: string,
  fault: NamedFault,
  of: { service: Service; task: string; call: string },
) {
  if (fault.refusesFor !== undefined) return post(simulatorUrl, { refuse_ms: fault.refusesFor });
  const { service, task, call } = of;
  const effect = typeof fault.effect === 'function' ? fault.effect(service) : fault.effect;
  await post(simulatorUrl, { ...effect, match: { service, task, operation: call }, calls: 1 });
  if (fault.readings)
    await post(simulatorUrl, { ...fault.readings, match: { service, task, method: 'GET' }, calls: 6 });
}

async function post(simulatorUrl: string, body: object): Promise<void> {
  const headers = { 'content-type': 'application/json' };
  const response = await fetch(`${simulatorUrl}/simulator/faults`, {
    method: 'POST',
    headers,
    body: JSON.stringify(body),
  });
  if (!response.ok) throw new Error(`the simulator did not take the fault: ${await response.text()}`);
}
