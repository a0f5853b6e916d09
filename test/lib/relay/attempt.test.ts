import { describe, expect, it } from 'vitest';
import type { Answer } from '../../../src/lib/relay/provider.ts';
import { createRelay } from '../../../src/lib/relay/relay.ts';
import { SecretRefused } from '../../../src/lib/secrets/secrets.ts';
import { ok, refusal, useRelays } from '../../support/relay-fixture.ts';
import { change, endWorkerAt, PROJECT } from '../../support/relay-under-test.ts';

const relays = useRelays();
const body = {
  migration_method: 'full_amount_migration',
  resume_mode: 'auto',
  source_instance: { addrs: '10.0.0.1:6379', password_ref: 'CANARY-REFERENCE' },
  target_instance: { id: 'instance-1' },
};
const configure = () => change({ type: 'migration.dcs.online-migration.configure' }, { body });
const waiting = { status: 200, body: { status: 'RUNNING' } };

describe('a reference to a secret', () => {
  it('that the environment does not allow rejects the change before anything is sent', async () => {
    const relay = relays.create({ secret: () => Promise.reject(new SecretRefused()) });
    relays.provider.play({ POST: ok, GET: waiting });
    const result = await relay.deliver(configure());
    expect(result.data).toMatchObject({
      outcome: 'rejected',
      error: {
        code: 'secret_not_allowed',
        class: 'forbidden',
        problems: [{ path: 'data.body', message: 'a password_ref of the change' }],
      },
    });
    expect(relays.provider.received).toHaveLength(0);
    expect(JSON.stringify(result)).not.toContain('CANARY');
  });

  it('that cannot be read is tried again, and the change fails when its attempts are used up', async () => {
    const relay = relays.create({ secret: () => Promise.reject(new Error('CANARY away')) });
    const sent = configure();
    for (const delay of [2000, 4000, 8000])
      expect(await relay.retryOf(sent)).toMatchObject({ reason: 'secret_unavailable', delay });
    const result = await relay.deliver(sent);
    expect(result.data).toMatchObject({
      outcome: 'failed',
      attempts: 4,
      error: {
        code: 'secret_unavailable',
        retryable: true,
        problems: [{ path: 'data.body', message: 'a password_ref of the change' }],
      },
    });
    expect(JSON.stringify(result)).not.toContain('CANARY');
  });

  it('is read only for a change that has one', async () => {
    const relay = relays.create({ secret: () => Promise.reject(new Error('nobody asks')) });
    relays.provider.play({ PUT: ok });
    expect((await relay.deliver(change())).data.outcome).toBe('succeeded');
  });
});

describe('what a request will need', () => {
  it('is read while the change still acquires the lock of its task, for the service and the project of the change', async () => {
    const steps: unknown[] = [];
    const relay = relays.create({
      provider: {
        prefetch: (target) => steps.push(target),
        send: async () => ({ ok: true, status: 200, body: {} }),
      },
    });
    const { acquireLock } = relay.context.ledger;
    relay.context.ledger.acquireLock = (...args) => {
      steps.push('lock');
      return acquireLock(...args);
    };
    await relay.deliver(change());
    expect(steps).toEqual([{ service: 'dcs', projectId: PROJECT }, 'lock']);
  });
});

describe('a request', () => {
  it('is not sent when the invocation has too little time left for it, and no attempt is counted', async () => {
    const relay = relays.create();
    relays.provider.play({ PUT: ok });
    const sent = change();
    let left = 30_000;
    const hurried = createRelay({
      ...relay.context,
      ledger: {
        ...relay.context.ledger,
        async acquireLock(request) {
          left = 5000;
          return relay.context.ledger.acquireLock(request);
        },
      },
    });
    const delivery = { body: JSON.stringify(sent), remaining: () => left };
    await expect(hurried(delivery)).rejects.toMatchObject({ reason: 'time_short' });
    expect(relays.provider.received).toHaveLength(0);
    expect((await relay.deliver(sent)).data).toMatchObject({ outcome: 'succeeded', attempts: 1 });
  });

  it.each([
    [13_999, 0],
    [14_000, 1],
  ])('with %i milliseconds left is sent %i times', async (left, times) => {
    const relay = relays.create();
    relays.provider.play({ PUT: ok });
    const remaining = [18_000, left];
    const processed = createRelay(relay.context)({
      body: JSON.stringify(change()),
      remaining: () => remaining.shift() ?? left,
    });
    const back = await processed.catch((error: unknown) => error);
    if (times === 0) expect(back).toMatchObject({ reason: 'time_short', delay: 0, tried: { attempts: 0 } });
    expect(relays.provider.calls()).toHaveLength(times);
  });

  it.each([
    ['its lock', 'acquireLock'],
    ['its baseline', 'note'],
  ] as const)('is sent later, without a read-back, where %s was written and the reply lost', async (_what, call) => {
    const relay = relays.create();
    relays.provider.play({ POST: { status: 200, body: { id: 'i' } }, GET: waiting });
    const sent = configure();
    const { ledger } = relay.context;
    const original = ledger[call] as (...input: unknown[]) => Promise<never>;
    ledger[call] = async (...input: unknown[]) => {
      await original(...input);
      throw new Error('the reply was lost');
    };
    await expect(relay.deliver(sent)).rejects.toThrow('the reply was lost');
    Object.assign(ledger, { [call]: original });
    expect((await relay.deliver(sent)).data).toMatchObject({
      outcome: 'succeeded',
      confirmed_by: 'reply',
      attempts: 1,
    });
    expect(relays.provider.calls()).toHaveLength(1);
  });

  it('is not sent by a worker that lost the row while it read the baseline', async () => {
    const relay = relays.create();
    relays.provider.play({ POST: ok, GET: waiting });
    relay.context.ledger.note = async () => false;
    expect(await relay.deliverBack(configure())).toEqual({ reason: 'contended', delay: relay.times.lease });
    expect(relays.provider.calls()).toHaveLength(0);
  });

  it('leaves the change in doubt if its reply does not fit the operation', async () => {
    const relay = relays.create();
    relays.provider.play({ PUT: { status: 200, body: [1] } });
    const sent = change({ type: 'migration.sms.task.update' }, { project_id: undefined, body: { name: 'n' } });
    expect(await relay.retryOf(sent)).toMatchObject({
      reason: 'outcome_unknown',
      delay: relay.times.lease + 1000,
      tried: { attempts: 1, code: 'reply_unexpected', status: 200 },
    });
  });

  it('that got no reply is logged with the code of its failure', async () => {
    const relay = relays.create();
    relays.provider.play({ PUT: { cut: true } });
    const { reason, delay, tried } = await relay.retryOf(change());
    expect({ reason, delay, tried }).toEqual({
      reason: 'outcome_unknown',
      delay: relay.times.lease + 1000,
      tried: { attempts: 1, code: 'connection_reset' },
    });
  });

  it("that is refused for now is logged with the provider's code, and each retry waits longer", async () => {
    const relay = relays.create();
    relays.provider.play({ PUT: refusal('DCS.4111') });
    const sent = change();
    for (const attempts of [1, 2, 3]) {
      const { reason, delay, tried } = await relay.retryOf(sent);
      expect({ reason, delay, tried }).toEqual({
        reason: 'provider_busy',
        delay: 1000 * 2 ** attempts,
        tried: { attempts, code: 'DCS.4111', status: 400, requestId: '0123456789abcdef0123456789abcdef' },
      });
    }
  });

  it('fails the change if the credential is refused for good', async () => {
    const relay = relays.create();
    relays.provider.play({ PUT: refusal('DCS.1004', 401) });
    expect((await relay.deliver(change())).data).toMatchObject({
      outcome: 'failed',
      error: { class: 'unauthenticated' },
    });
  });

  it('is tried again if the credential is refused for now', async () => {
    const relay = relays.create();
    relays.provider.play({ PUT: refusal('APIGW.0301', 401) });
    expect((await relay.deliverBack(change())).reason).toBe('credentials_refused');
  });
});

describe('the read for the baseline', () => {
  it.each([
    ['fails for now', { status: 503 }],
    ['cannot be understood', { status: 200, body: 'text' }],
    ['is not JSON', { status: 200, body: '<html>' }],
    ['gets no reply', { cut: true as const }],
  ])('that %s is tried again and sends nothing', async (_what, reply) => {
    const relay = relays.create();
    relays.provider.play({ POST: ok, GET: reply });
    expect((await relay.deliverBack(configure())).reason).toBe('provider_busy');
    expect(relays.provider.calls()).toHaveLength(0);
  });

  it('fails the change when it fails until the attempts are used up', async () => {
    const relay = relays.create();
    relays.provider.play({ POST: ok, GET: { status: 200, body: '"text"' } });
    const sent = configure();
    for (let count = 0; count < 3; count++) await relay.deliverBack(sent);
    expect((await relay.deliver(sent)).data).toMatchObject({
      outcome: 'failed',
      provider: { status: 200 },
      error: {
        class: 'service_error',
        code: 'task_unreadable',
        message: 'The task could be read, but not understood.',
        origin: 'provider',
        retryable: true,
        advice: "Check the task in the provider's console.",
      },
    });
    expect(relays.provider.calls()).toHaveLength(0);
  });

  it('is repeated before each request while nothing was sent, because a task changes by itself', async () => {
    const relay = relays.create();
    relays.provider.play({ POST: [refusal('DCS.4111'), { status: 200, body: { id: 'i' } }], GET: waiting });
    const sent = configure();
    await relay.deliverBack(sent);
    await relay.deliver(sent);
    expect(relays.provider.received.map(({ method }) => method)).toEqual(['GET', 'POST', 'GET', 'POST']);
  });

  it('proves, if it was never stored, that a worker that ended sent nothing', async () => {
    const relay = relays.create();
    relays.provider.play({
      POST: { status: 200, body: { id: 'i' } },
      GET: { status: 200, body: { status: 'FULLMIGRATING' } },
    });
    const sent = configure();
    const undo = endWorkerAt(relay.context.ledger, 'note');
    await expect(relay.deliver(sent)).rejects.toThrow('the worker ends here');
    undo();
    relay.pass(relay.times.lease + 1);
    expect((await relay.deliverBack(sent)).reason).toBe('contended');
    expect((await relay.deliver(sent)).data).toMatchObject({ outcome: 'succeeded', confirmed_by: 'reply' });
    expect(relays.provider.calls()).toHaveLength(1);
  });
});

describe('while the circuit breaker is open', () => {
  const circuitOpen = (over: object = {}): Answer => ({
    ok: false,
    executed: 'no',
    circuitOpen: true,
    retryAfter: 10_000,
    error: { class: 'service_error', code: 'provider_paused', remedy: 'later', message: 'm', advice: 'a', ...over },
  });
  const createWithOpenCircuit = (answer: Answer) => relays.create({ provider: { send: async () => answer } });

  it('a change waits longer than the breaker is open, and counts no attempt however often it waits', async () => {
    const relay = createWithOpenCircuit(circuitOpen());
    const sent = change();
    for (let count = 0; count < 6; count++) {
      const { reason, delay, tried } = await relay.retryOf(sent);
      expect({ reason, delay, tried }).toEqual({
        reason: 'provider_busy',
        delay: 15_000,
        tried: { attempts: 0, code: 'provider_paused' },
      });
    }
  });

  it('a change that waits for a credential gives that reason', async () => {
    const relay = createWithOpenCircuit(circuitOpen({ class: 'unauthenticated', code: 'credentials_refused' }));
    expect((await relay.deliverBack(change())).reason).toBe('credentials_refused');
  });

  it('a change waits no time if no end is known', async () => {
    const { retryAfter: _none, ...endless } = circuitOpen() as Extract<Answer, { ok: false }>;
    expect(await createWithOpenCircuit(endless).deliverBack(change())).toEqual({ reason: 'provider_busy', delay: 0 });
  });

  it('a change waits up to its total age, then fails', async () => {
    const relay = createWithOpenCircuit(circuitOpen());
    const sent = change();
    await relay.deliverBack(sent);
    relay.pass(3_600_000);
    expect((await relay.deliverBack(sent)).reason).toBe('provider_busy');
    relay.pass(1);
    expect((await relay.deliver(sent)).data).toMatchObject({
      outcome: 'failed',
      error: { code: 'provider_paused', origin: 'relay' },
    });
  });
});
