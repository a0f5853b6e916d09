import { describe, expect, it } from 'vitest';
import { refusal, shows, useRelays } from '../../support/relay-fixture.ts';
import { change, type RelayUnderTest } from '../../support/relay-under-test.ts';

const relays = useRelays();

/** A change whose request was cut off, its lease over. */
async function inDoubt(relay: RelayUnderTest, sent = change()) {
  await relay.deliverBack(sent);
  relay.pass(relay.times.lease + 1);
  return sent;
}

describe('reading a change in doubt', () => {
  it('twice waits between the two readings', async () => {
    const waits: number[] = [];
    const relay = relays.create({
      sleep: async (milliseconds) => {
        waits.push(milliseconds);
      },
    });
    relays.provider.play({ PUT: { cut: true }, GET: shows('auto') });
    await relay.deliverBack(await inDoubt(relay));
    expect(waits).toEqual([relay.times.readGap]);
  });

  it.each([
    ['fails the second time', [shows('auto'), { status: 503 }], 'read_failed'],
    ['cannot tell the second time', [shows('auto'), { status: 200, body: {} }], 'outcome_unknown'],
    ['shows what nobody understands', [{ status: 200, body: '[1]' }], 'read_failed'],
    ['is refused for now', [refusal('APIGW.0308', 429)], 'read_failed'],
  ])('that %s settles nothing', async (_what, replies, reason) => {
    const relay = relays.create();
    relays.provider.play({ PUT: { cut: true }, GET: replies });
    const back = await relay.deliverBack(await inDoubt(relay));
    expect(back.reason).toBe(reason);
    expect(relays.provider.calls()).toHaveLength(1);
  });

  it('whose task is gone leaves it unknown at once', async () => {
    const relay = relays.create();
    relays.provider.play({ PUT: { cut: true }, GET: refusal('DCS.4133') });
    const result = await relay.deliver(await inDoubt(relay));
    expect(result.data).toMatchObject({ outcome: 'unknown', attempts: 2 });
  });

  it('at a wrong address is tried again', async () => {
    const relay = relays.create();
    relays.provider.play({ PUT: { cut: true }, GET: refusal('APIGW.0101', 404) });
    expect((await relay.deliverBack(await inDoubt(relay))).reason).toBe('read_failed');
  });

  it('that proves it not applied fails a change whose attempts are used up', async () => {
    const relay = relays.create({ policy: { ...relays.create().context.policy, maxAttempts: 2 } });
    relays.provider.play({ PUT: { cut: true }, GET: shows('auto') });
    const result = await relay.deliver(await inDoubt(relay));
    expect(result.data).toMatchObject({
      outcome: 'failed',
      attempts: 2,
      error: { code: 'retries_exhausted', origin: 'relay' },
    });
  });

  it('that agrees with a later refusal lets the refusal count', async () => {
    const relay = relays.create();
    const nothing = { status: 200, body: {} };
    relays.provider.play({
      PUT: [{ cut: true }, refusal('SMS.7711')],
      GET: [nothing, { status: 200, body: { name: 'other' } }],
    });
    const sent = change({ type: 'migration.sms.task.update' }, { project_id: undefined, body: { name: 'n' } });
    await relay.deliverBack(await inDoubt(relay, sent));
    expect((await relay.deliver(sent)).data).toMatchObject({ outcome: 'rejected', error: { code: 'SMS.7711' } });
  });

  it('that cannot tell, after a later refusal, leaves it unknown', async () => {
    const relay = relays.create();
    relays.provider.play({ PUT: [{ cut: true }, refusal('SMS.7711')], GET: { status: 200, body: {} } });
    const sent = change({ type: 'migration.sms.task.update' }, { project_id: undefined, body: { name: 'n' } });
    await relay.deliverBack(await inDoubt(relay, sent));
    expect((await relay.deliver(sent)).data.outcome).toBe('unknown');
  });
});

describe('storing what was found', () => {
  it('gives way to a result that another worker stored meanwhile', async () => {
    const relay = relays.create();
    relays.provider.play({ PUT: { cut: true }, GET: shows('manual') });
    const sent = await inDoubt(relay);
    const { ledger } = relay.context;
    const { store } = ledger;
    let theirs = '';
    ledger.store = async (key, owner, result, unknown) => {
      theirs = result.replace('"time":"', '"time":"9');
      await store(key, owner, theirs, unknown);
      return false;
    };
    expect(JSON.stringify(await relay.deliver(sent))).toBe(theirs);
  });

  it('by a worker that lost the change to one that is still at it sends the record back', async () => {
    const relay = relays.create();
    relays.provider.play({ PUT: { status: 200 } });
    relay.context.ledger.store = async () => false;
    expect((await relay.deliverBack(change())).reason).toBe('contended');
  });

  it('by a worker that lost the take-over sends the record back', async () => {
    const relay = relays.create();
    relays.provider.play({ PUT: { cut: true } });
    const sent = await inDoubt(relay);
    relay.context.ledger.takeOver = async () => undefined;
    expect((await relay.deliverBack(sent)).reason).toBe('contended');
  });
});

describe('a change that was an order once and is refused now', () => {
  const withPassword = () =>
    change(
      { type: 'migration.dcs.online-migration.configure' },
      {
        body: {
          migration_method: 'full_amount_migration',
          resume_mode: 'auto',
          source_instance: { addrs: '10.0.0.1:6379', password: 'p' },
          target_instance: { id: 'i' },
        },
      },
    );

  it('ends as unknown if a request of its may have left, after the lease', async () => {
    const relay = relays.create();
    relays.provider.play({ POST: { cut: true }, GET: { status: 200, body: { status: 'RUNNING' } } });
    const sent = withPassword();
    await relay.deliverBack(sent);
    relay.context.intake.allowInlineSecrets = false;
    expect((await relay.deliverBack(sent)).reason).toBe('lease_held');
    relay.pass(relay.times.lease + 1);
    expect((await relay.deliver(sent)).data.outcome).toBe('unknown');
    expect(relays.provider.calls()).toHaveLength(1);
  });

  it('ends as rejected if none has', async () => {
    const relay = relays.create();
    relays.provider.play({ POST: refusal('DCS.4111'), GET: { status: 200, body: { status: 'RUNNING' } } });
    const sent = withPassword();
    await relay.deliverBack(sent);
    relay.context.intake.allowInlineSecrets = false;
    expect((await relay.deliver(sent)).data.error?.code).toBe('inline_secret_refused');
  });
});
