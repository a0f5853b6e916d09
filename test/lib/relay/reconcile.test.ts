import { describe, expect, it } from 'vitest';
import { changeKey } from '../../../src/lib/change/parse-record.ts';
import type { ReadBack, Verdict } from '../../../src/lib/operations/operation.ts';
import { updateDcsMigrationTask } from '../../../src/lib/operations/update-dcs-migration-task.ts';
import { failure } from '../../../src/lib/provider/failures.ts';
import type { Answer } from '../../../src/lib/relay/provider.ts';
import { refusal, shows, useRelays } from '../../support/relay-fixture.ts';
import { change, errorOf, type RelayUnderTest } from '../../support/relay-under-test.ts';
import { REQUEST_ID } from '../../support/scripted-provider.ts';

const relays = useRelays();

/** A change whose request was cut off and whose lease is over. */
async function inDoubt(relay: RelayUnderTest, sent = change()) {
  await relay.deliverBack(sent);
  relay.pass(relay.times.lease + 1);
  return sent;
}

/** A relay whose provider cuts the connection until its breaker is open. */
function createPaused() {
  const cut: Answer = failure('connection_reset');
  const rest: Answer = { ...failure('connection_refused'), circuitOpen: true, retryAfter: 10_000 };
  const provider = {
    isOpen: false,
    async send(): Promise<Answer> {
      return provider.isOpen ? { ...rest, error: { ...rest.error, code: 'provider_paused' } } : cut;
    },
  };
  return { provider, relay: relays.create({ provider }) };
}

describe('reading back a change in doubt', () => {
  it('waits between two reads', async () => {
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
  ])('decides nothing if the read %s', async (_what, replies, reason) => {
    const relay = relays.create();
    relays.provider.play({ PUT: { cut: true }, GET: replies });
    const back = await relay.deliverBack(await inDoubt(relay));
    expect(back.reason).toBe(reason);
    expect(relays.provider.calls()).toHaveLength(1);
  });

  it.each([
    ['that fails is over', { status: 503 }, 'read_failed'],
    ['that cannot tell is over', { status: 200, body: {} }, 'outcome_unknown'],
  ])('%s after one read, without a wait', async (_what, reply, reason) => {
    const relay = relays.create({ sleep: () => Promise.reject(new Error('nothing to wait for')) });
    relays.provider.play({ PUT: { cut: true }, GET: reply });
    expect((await relay.deliverBack(await inDoubt(relay))).reason).toBe(reason);
    expect(relays.provider.reads()).toHaveLength(1);
  });

  it('succeeds after one read that shows the change applied, and reports that reply', async () => {
    const relay = relays.create({ sleep: () => Promise.reject(new Error('nothing to wait for')) });
    relays.provider.play({ PUT: { cut: true }, GET: shows('manual') });
    const { data } = await relay.deliver(await inDoubt(relay));
    expect(data).toMatchObject({
      outcome: 'succeeded',
      confirmed_by: 'read-back',
      provider: { status: 200, request_id: REQUEST_ID },
      attempts: 2,
    });
    expect(relays.provider.reads()).toHaveLength(1);
  });

  it('compares the snapshot with the baseline only if there is a baseline', async () => {
    const moves: unknown[] = [];
    const verdict: ReadBack<unknown>['verdict'] = (snapshot, _data, was): Verdict => {
      moves.push(was && !was(snapshot));
      return 'applied';
    };
    const { readBack } = updateDcsMigrationTask;
    const both = [true, false].map((repeatable) => ({
      ...updateDcsMigrationTask,
      repeatable,
      readBack: { ...readBack, verdict },
    }));
    for (const operation of both) {
      const relay = relays.create();
      relay.context.validation.operations = [operation];
      relays.provider.play({ PUT: { cut: true }, GET: [shows('auto'), shows('manual')] });
      await relay.deliver(await inDoubt(relay));
    }
    expect(moves).toEqual([undefined, true]);
  });

  it('leaves the row CALLING with its lease over, so that the next delivery reads again', async () => {
    const relay = relays.create();
    relays.provider.play({ PUT: { cut: true }, GET: { status: 503 } });
    const sent = await inDoubt(relay);
    const { reason, delay, tried } = await relay.retryOf(sent);
    expect({ reason, delay, tried }).toEqual({
      reason: 'read_failed',
      delay: 4000,
      tried: { attempts: 2, code: 'http_503', status: 503, requestId: '0123456789abcdef0123456789abcdef' },
    });
    expect(await relay.context.ledger.readChange(changeKey(sent))).toMatchObject({
      state: 'CALLING',
      lease: relay.context.now(),
      attempts: 2,
      doubt: true,
    });
  });

  it('waits for as long as the provider asks', async () => {
    const relay = relays.create();
    const later = { ...refusal('APIGW.0308', 429), headers: { 'retry-after': '30' } };
    relays.provider.play({ PUT: { cut: true }, GET: later });
    expect((await relay.deliverBack(await inDoubt(relay))).delay).toBe(30_000);
  });

  it('waits longer than the circuit breaker is open, and counts no attempt', async () => {
    const { provider, relay } = createPaused();
    const sent = await inDoubt(relay);
    Object.assign(provider, { isOpen: true });
    for (let count = 0; count < 5; count++) {
      const { reason, delay, tried } = await relay.retryOf(sent);
      expect({ reason, delay, tried }).toEqual({
        reason: 'read_failed',
        delay: 15_000,
        tried: { attempts: 1, code: 'provider_paused' },
      });
      relay.pass(1);
    }
  });

  it('ends as unknown if the circuit breaker is still open past the total age', async () => {
    const { provider, relay } = createPaused();
    const sent = await inDoubt(relay);
    Object.assign(provider, { isOpen: true });
    await relay.deliverBack(sent);
    relay.pass(3_600_001);
    expect((await relay.deliver(sent)).data).toMatchObject({ outcome: 'unknown', error: { code: 'outcome_unknown' } });
  });

  it('does not believe a read if the row of the task is gone', async () => {
    const relay = relays.create();
    relays.provider.play({ PUT: { cut: true }, GET: shows('manual') });
    const sent = await inDoubt(relay);
    const { readSubject } = relay.context.ledger;
    let reads = 0;
    relay.context.ledger.readSubject = async (name) => (reads++ === 0 ? readSubject(name) : undefined);
    expect((await relay.deliver(sent)).data.outcome).toBe('unknown');
  });

  it('sets the row to READY and no longer in doubt if the reads show that the change was not applied, and retries at once', async () => {
    const relay = relays.create();
    relays.provider.play({ PUT: { cut: true }, GET: shows('auto') });
    const sent = await inDoubt(relay);
    expect(await relay.retryOf(sent)).toMatchObject({ reason: 'not_applied', delay: 0, tried: { attempts: 2 } });
    expect(await relay.context.ledger.readChange(changeKey(sent))).toMatchObject({ state: 'READY', doubt: false });
  });

  it('sets the row of a repeatable change to READY, still in doubt, if the reads show nothing, and retries after a wait', async () => {
    const relay = relays.create();
    relays.provider.play({ PUT: { cut: true }, GET: { status: 200, body: {} } });
    const sent = await inDoubt(relay);
    expect(await relay.deliverBack(sent)).toEqual({ reason: 'outcome_unknown', delay: 4000 });
    expect(await relay.context.ledger.readChange(changeKey(sent))).toMatchObject({ state: 'READY', doubt: true });
  });

  it('ends as unknown at once if the task is gone', async () => {
    const relay = relays.create();
    relays.provider.play({ PUT: { cut: true }, GET: refusal('DCS.4133') });
    const result = await relay.deliver(await inDoubt(relay));
    expect(result.data).toMatchObject({ outcome: 'unknown', attempts: 2, provider: { status: 400 } });
  });

  it('reads again later if the address is wrong', async () => {
    const relay = relays.create();
    relays.provider.play({ PUT: { cut: true }, GET: refusal('APIGW.0101', 404) });
    expect((await relay.deliverBack(await inDoubt(relay))).reason).toBe('read_failed');
  });

  it('ends as failed if the change was not applied and its attempts are used up', async () => {
    const relay = relays.create({ policy: { ...relays.create().context.policy, maxAttempts: 2 } });
    relays.provider.play({ PUT: { cut: true }, GET: shows('auto') });
    const result = await relay.deliver(await inDoubt(relay));
    expect(result.data).toMatchObject({
      outcome: 'failed',
      attempts: 2,
      error: {
        class: 'service_error',
        code: 'retries_exhausted',
        message: 'The provider carried out no request, and the attempts or the time for them were used up.',
        origin: 'relay',
        retryable: true,
        advice: 'Check the provider, then send the change again under a new id.',
      },
    });
  });

  it('ends with a later refusal of the provider if the read agrees with it', async () => {
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

  it('ends as unknown after a later refusal if the read shows nothing', async () => {
    const relay = relays.create();
    relays.provider.play({ PUT: [{ cut: true }, refusal('SMS.7711')], GET: { status: 200, body: {} } });
    const sent = change({ type: 'migration.sms.task.update' }, { project_id: undefined, body: { name: 'n' } });
    await relay.deliverBack(await inDoubt(relay, sent));
    expect((await relay.deliver(sent)).data.outcome).toBe('unknown');
  });
});

describe('storing the result of a read-back', () => {
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

  it('retries later if another worker has the row and has not finished', async () => {
    const relay = relays.create();
    relays.provider.play({ PUT: { status: 200 } });
    relay.context.ledger.store = async () => false;
    expect((await relay.deliverBack(change())).reason).toBe('contended');
  });

  it('retries later if another worker took the row over first', async () => {
    const relay = relays.create();
    relays.provider.play({ PUT: { cut: true } });
    const sent = await inDoubt(relay);
    relay.context.ledger.takeOver = async () => undefined;
    expect(await relay.deliverBack(sent)).toEqual({ reason: 'contended', delay: relay.times.lease });
  });
});

describe('a change that was valid once and is refused now', () => {
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

  it('ends as unknown after its lease if a request may have left', async () => {
    const relay = relays.create();
    relays.provider.play({ POST: { cut: true }, GET: { status: 200, body: { status: 'RUNNING' } } });
    const sent = withPassword();
    await relay.deliverBack(sent);
    relay.context.validation.allowInlineSecrets = false;
    expect((await relay.deliverBack(sent)).reason).toBe('lease_held');
    relay.pass(relay.times.lease + 1);
    expect((await relay.deliver(sent)).data.outcome).toBe('unknown');
    expect(relays.provider.calls()).toHaveLength(1);
  });

  it('is left to another worker that took its row', async () => {
    const relay = relays.create();
    relays.provider.play({ POST: { cut: true }, GET: { status: 200, body: { status: 'RUNNING' } } });
    const sent = await inDoubt(relay, withPassword());
    relay.context.validation.allowInlineSecrets = false;
    relay.context.ledger.store = async () => false;
    expect(await relay.deliverBack(sent)).toEqual({ reason: 'contended', delay: relay.times.lease });
    expect(relay.published).toEqual([]);
  });

  it('keeps its task locked for as long as its request may still take effect', async () => {
    const relay = relays.create();
    relays.provider.play({ POST: { cut: true }, GET: { status: 200, body: { status: 'RUNNING' } } });
    const sent = await inDoubt(relay, withPassword());
    relay.context.validation.allowInlineSecrets = false;
    const { data } = await relay.deliver(sent);
    expect(data).toMatchObject({ outcome: 'unknown', error: { code: 'outcome_unknown' } });
    expect(await relay.context.ledger.readChange(changeKey(sent))).toMatchObject({
      state: 'DONE',
      unknown: true,
      doubt: true,
    });
  });

  it('ends as rejected if no request left', async () => {
    const relay = relays.create();
    relays.provider.play({ POST: refusal('DCS.4111'), GET: { status: 200, body: { status: 'RUNNING' } } });
    const sent = withPassword();
    await relay.deliverBack(sent);
    relay.context.validation.allowInlineSecrets = false;
    expect(errorOf(await relay.deliver(sent))?.code).toBe('inline_secret_refused');
  });
});
