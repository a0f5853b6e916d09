import { describe, expect, it } from 'vitest';
import { createRelay } from '../../../src/lib/relay/relay.ts';
import { SecretRefused } from '../../../src/lib/secrets/secrets.ts';
import { ok, refusal, useRelays } from '../../support/relay-fixture.ts';
import { change } from '../../support/relay-under-test.ts';

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
  it('that the environment does not hand out rejects the change before anything is sent', async () => {
    const relay = relays.create({ secret: () => Promise.reject(new SecretRefused()) });
    relays.provider.play({ POST: ok, GET: waiting });
    const result = await relay.deliver(configure());
    expect(result.data).toMatchObject({
      outcome: 'rejected',
      error: { code: 'secret_not_allowed', class: 'forbidden' },
    });
    expect(relays.provider.received).toHaveLength(0);
    expect(JSON.stringify(result)).not.toContain('CANARY');
  });

  it('that cannot be read is tried again, and fails the change when the attempts run out', async () => {
    const relay = relays.create({ secret: () => Promise.reject(new Error('CANARY away')) });
    const sent = configure();
    for (let count = 0; count < 3; count++) expect((await relay.deliverBack(sent)).reason).toBe('secret_unavailable');
    const result = await relay.deliver(sent);
    expect(result.data).toMatchObject({ outcome: 'failed', error: { code: 'secret_unavailable', retryable: true } });
    expect(JSON.stringify(result)).not.toContain('CANARY');
  });
});

describe('a request', () => {
  it('is not sent when too little of the invocation is left for it, which is no attempt', async () => {
    const relay = relays.create();
    relays.provider.play({ PUT: ok });
    const sent = change();
    let left = 30_000;
    const hurried = createRelay({
      ...relay.context,
      ledger: {
        ...relay.context.ledger,
        async guard(request) {
          left = 5000;
          return relay.context.ledger.guard(request);
        },
      },
    });
    const delivery = { body: JSON.stringify(sent), remaining: () => left };
    await expect(hurried(delivery)).rejects.toMatchObject({ reason: 'time_short' });
    expect(relays.provider.received).toHaveLength(0);
    expect((await relay.deliver(sent)).data).toMatchObject({ outcome: 'succeeded', attempts: 1 });
  });

  it('is not sent by a worker that lost the change while it looked at the task', async () => {
    const relay = relays.create();
    relays.provider.play({ POST: ok, GET: waiting });
    relay.context.ledger.note = async () => false;
    expect((await relay.deliverBack(configure())).reason).toBe('contended');
    expect(relays.provider.calls()).toHaveLength(0);
  });

  it('whose reply does not fit the operation is in doubt', async () => {
    const relay = relays.create();
    relays.provider.play({ PUT: { status: 200, body: [1] } });
    const sent = change({ type: 'migration.sms.task.update' }, { project_id: undefined, body: { name: 'n' } });
    expect((await relay.deliverBack(sent)).reason).toBe('outcome_unknown');
  });

  it('with a credential that is refused for good fails the change', async () => {
    const relay = relays.create();
    relays.provider.play({ PUT: refusal('DCS.1004', 401) });
    expect((await relay.deliver(change())).data).toMatchObject({
      outcome: 'failed',
      error: { class: 'unauthenticated' },
    });
  });

  it('with a credential that is refused for now comes back', async () => {
    const relay = relays.create();
    relays.provider.play({ PUT: refusal('APIGW.0301', 401) });
    expect((await relay.deliverBack(change())).reason).toBe('credentials_refused');
  });
});

describe('a look before the first request', () => {
  it.each([
    ['fails for now', { status: 503 }],
    ['cannot be understood', { status: 200, body: 'text' }],
    ['is no JSON', { status: 200, body: '<html>' }],
  ])('that %s is tried again and sends nothing', async (_what, reply) => {
    const relay = relays.create();
    relays.provider.play({ POST: ok, GET: reply });
    expect((await relay.deliverBack(configure())).reason).toBe('provider_busy');
    expect(relays.provider.calls()).toHaveLength(0);
  });

  it('that fails until the attempts run out fails the change', async () => {
    const relay = relays.create();
    relays.provider.play({ POST: ok, GET: { status: 200, body: '"text"' } });
    const sent = configure();
    for (let count = 0; count < 3; count++) await relay.deliverBack(sent);
    expect((await relay.deliver(sent)).data).toMatchObject({ outcome: 'failed', error: { code: 'task_unreadable' } });
    expect(relays.provider.calls()).toHaveLength(0);
  });

  it('is made once, however many attempts follow', async () => {
    const relay = relays.create();
    relays.provider.play({ POST: [refusal('DCS.4111'), { status: 200, body: { id: 'i' } }], GET: waiting });
    const sent = configure();
    await relay.deliverBack(sent);
    await relay.deliver(sent);
    expect(relays.provider.received.map(({ method }) => method)).toEqual(['GET', 'POST', 'POST']);
  });

  it('that never happened proves that nothing was sent by a worker that ended meanwhile', async () => {
    const relay = relays.create();
    relays.provider.play({
      POST: { status: 200, body: { id: 'i' } },
      GET: { status: 200, body: { status: 'FULLMIGRATING' } },
    });
    const sent = configure();
    const { note } = relay.context.ledger;
    relay.context.ledger.note = () => Promise.reject(new Error('the worker ends here'));
    await expect(relay.deliver(sent)).rejects.toThrow('the worker ends here');
    relay.context.ledger.note = note;
    relay.pass(relay.times.lease + 1);
    expect((await relay.deliverBack(sent)).reason).toBe('contended');
    expect((await relay.deliver(sent)).data).toMatchObject({ outcome: 'succeeded', confirmed_by: 'reply' });
    expect(relays.provider.calls()).toHaveLength(1);
  });
});
