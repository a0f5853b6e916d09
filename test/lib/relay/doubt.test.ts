import { describe, expect, it } from 'vitest';
import { changeKey } from '../../../src/lib/change/parse-record.ts';
import { ok, refusal, shows, useRelays } from '../../support/relay-fixture.ts';
import { ALL_OPERATIONS, change, type RelayUnderTest, ROTATED_KEYS } from '../../support/relay-under-test.ts';

const relays = useRelays();
const HOUR = 3_600_000;
let count = 0;
const task = () => `doubt-${++count}`;
const of = (task_id: string, over: Record<string, unknown> = {}) => change(over, { task_id });

/** The same stage after a deployment with other settings: another worker, at the same time. */
function redeployed(before: RelayUnderTest, over: Parameters<typeof relays.create>[0]): RelayUnderTest {
  const after = relays.create(over);
  after.pass(before.context.now() - after.context.now());
  return after;
}

const sms = (body: object, over: Record<string, unknown> = {}) =>
  change({ type: 'migration.sms.task.update', ...over }, { task_id: task(), project_id: undefined, body });
const under = (revision: '2024-09' | '2026-01') => ({
  validation: { operations: ALL_OPERATIONS, revision, allowInlineSecrets: true },
});
/** The relay after a deployment that removed the operation. */
const refusing = { validation: { operations: [], revision: '2026-01' as const, allowInlineSecrets: true } };

/** A change that was sent and whose read shows nothing: its row is READY and in doubt. */
async function readyInDoubt(relay: RelayUnderTest, sent: object) {
  relays.provider.play({ PUT: { cut: true }, GET: { status: 200, body: { id: 't' } } });
  await relay.deliverBack(sent);
  relay.pass(relay.times.lease + 1);
  expect((await relay.deliverBack(sent)).reason).toBe('outcome_unknown');
  expect(await relay.context.ledger.readChange(changeKey(sent as never))).toMatchObject({
    state: 'READY',
    doubt: true,
  });
}

describe('a change in doubt', () => {
  it('ends as unknown, never as rejected, if a new deployment refuses it', async () => {
    const relay = relays.create();
    const sent = of(task());
    await readyInDoubt(relay, sent);
    const after = redeployed(relay, refusing);
    expect((await after.deliver(sent)).data).toMatchObject({ outcome: 'unknown', error: { code: 'outcome_unknown' } });
    expect(relays.provider.calls()).toHaveLength(1);
  });

  it('ends as unknown if its repeat was throttled and a new deployment refuses it', async () => {
    const relay = relays.create();
    const sent = of(task());
    await readyInDoubt(relay, sent);
    relays.provider.play({ PUT: refusal('APIGW.0308', 429) });
    relay.pass(HOUR / 60);
    expect((await relay.deliverBack(sent)).reason).toBe('provider_busy');
    expect((await redeployed(relay, refusing).deliver(sent)).data.outcome).toBe('unknown');
  });

  it('keeps the API revision under which it was sent, whatever a new deployment sets', async () => {
    const relay = relays.create(under('2024-09'));
    // The newer revision has another limit, and lacks the field.
    const sent = sms({ name: 'n1', start_target_server: true });
    await readyInDoubt(relay, sent);
    const after = redeployed(relay, under('2026-01'));
    relays.provider.play({ PUT: ok });
    after.pass(HOUR / 60);
    const { data } = await after.deliver(sent);
    expect(data).toMatchObject({ outcome: 'succeeded' });
    expect(data.ignored_fields).toBeUndefined();
    expect(relays.provider.calls()[0]?.body).toContain('start_target_server');
  });

  it('is read back under the revision under which it was sent, although the newer revision refuses its values', async () => {
    const relay = relays.create(under('2024-09'));
    const sent = sms({ name: 'n2', start_target_server: true });
    relays.provider.play({ PUT: { cut: true }, GET: { status: 200, body: { id: 't', name: 'n2' } } });
    await relay.deliverBack(sent);
    const after = redeployed(relay, under('2026-01'));
    after.pass(relay.times.lease + 1);
    const { data } = await after.deliver(sent);
    expect(data.ignored_fields).toBeUndefined();
    expect(data.unverified_fields).toEqual(['data.body.start_target_server']);
    expect(data.outcome).toBe('succeeded');
  });

  it('ends as unknown if a newer change overtook it while the total age was smaller than now', async () => {
    const relay = relays.create();
    const name = task();
    const [old, newer] = [of(name), of(name)];
    relays.provider.play({ PUT: [{ cut: true }, ok], GET: shows('auto') });
    await relay.deliverBack(old, '1', { group: 'g' });
    relay.pass(2 * HOUR);
    expect((await relay.deliver(newer, '2', { group: 'g' })).data.outcome).toBe('succeeded');
    const after = redeployed(relay, {
      policy: { ...relay.context.policy, maxAge: 96 * HOUR },
    });
    expect((await after.deliver(old, '1', { group: 'g' })).data.outcome).toBe('unknown');
    expect(relays.provider.calls()).toHaveLength(2);
  });

  it.each(['5', undefined])('is not sent again after another change with the sequence %s', async (sequence) => {
    const relay = relays.create();
    const name = task();
    const same = sequence === undefined ? {} : { sequence };
    const [old, other] = [of(name, same), of(name, same)];
    await readyInDoubt(relay, old);
    relays.provider.play({ PUT: ok });
    relay.pass(HOUR);
    expect((await relay.deliver(other)).data.outcome).toBe('succeeded');
    expect((await relay.deliver(old)).data.outcome).toBe('unknown');
    expect(relays.provider.calls()).toHaveLength(1);
  });

  it.each(['2', '1'])(
    'ends as unknown if a change with sequence %s overtakes it during a take-over',
    async (sequence) => {
      const name = task();
      const [old, newer] = [of(name, { sequence: '1' }), of(name, { sequence })];
      const first = relays.create();
      relays.provider.play({ PUT: [{ cut: true }, ok], GET: { status: 200, body: {} } });
      await first.deliverBack(old);
      const other = relays.create();
      other.pass(2 * HOUR);
      const plain = relays.create().context.ledger;
      let isFirst = true;
      const racing = relays.create({
        ledger: {
          ...plain,
          async claim(request) {
            const claimed = await plain.claim(request);
            if (isFirst) {
              isFirst = false;
              expect((await other.deliver(newer)).data.outcome).toBe('succeeded');
            }
            return claimed;
          },
        },
      });
      racing.pass(2 * HOUR);
      expect((await racing.deliverBack(old)).reason).toBe('contended');
      expect((await racing.deliver(old)).data.outcome).toBe('unknown');
      expect(relays.provider.calls()).toHaveLength(2);
    },
  );

  it('is not sent again when the row of its task may have been removed', async () => {
    const relay = relays.create({ policy: { ...relays.create().context.policy, maxAge: 1000 * HOUR } });
    const sent = of(task());
    await readyInDoubt(relay, sent);
    relay.pass(21 * 24 * HOUR);
    expect((await relay.deliver(sent)).data.outcome).toBe('unknown');
    expect(relays.provider.calls()).toHaveLength(1);
  });

  it('ends as unknown if its message will soon be deleted', async () => {
    const relay = relays.create({ policy: { ...relays.create().context.policy, maxAge: 1000 * HOUR } });
    const sent = of(task());
    const sentAt = relay.context.now();
    await readyInDoubt(relay, sent);
    relay.pass(13 * 24 * HOUR);
    expect((await relay.deliver(sent, undefined, { sentAt })).data.outcome).toBe('unknown');
  });
});

describe('a task that failed', () => {
  it.each([
    { id: 't', state: 'MIGRATE_FAIL' },
    { id: 't', state: 'READY', source_server: { id: 's', state: 'error' } },
  ])('is read as a task, not as an error: %j', async (body) => {
    const relay = relays.create();
    relays.provider.play({ PUT: [{ cut: true }, ok], GET: { status: 200, body } });
    const sent = sms({ use_public_ip: true });
    await relay.deliverBack(sent);
    relay.pass(relay.times.lease + 1);
    expect((await relay.deliverBack(sent)).reason).toBe('outcome_unknown');
    relay.pass(HOUR / 60);
    expect((await relay.deliver(sent)).data.outcome).toBe('succeeded');
  });
});

describe('a task of DCS that failed', () => {
  it('is read as a task, not as an error', async () => {
    const relay = relays.create();
    const body = { task_id: 't', status: 'FAILED' };
    relays.provider.play({ PUT: [{ cut: true }, ok], GET: { status: 200, body } });
    const sent = of(task());
    await relay.deliverBack(sent);
    relay.pass(relay.times.lease + 1);
    expect((await relay.deliverBack(sent)).reason).toBe('outcome_unknown');
  });
});

describe('the baseline of a task', () => {
  const SIDES = { source_instance: { addrs: 'a:1' }, target_instance: { id: 'i' } };
  const values = { migration_method: 'full_amount_migration', resume_mode: 'auto', ...SIDES };
  const inDoubt = async (before: (digest: string) => string) => {
    const relay = relays.create();
    const sent = change({ type: 'migration.dcs.online-migration.configure' }, { task_id: task(), body: values });
    const [waiting, running] = [{ status: 'RUNNING' }, { status: 'FULLMIGRATING', ...values }];
    relays.provider.play({ POST: { cut: true }, GET: [waiting, running].map((body) => ({ status: 200, body })) });
    await relay.deliverBack(sent);
    const { ledger } = relay.context;
    const row = await ledger.readChange(changeKey(sent));
    if (!row?.owner || !row.baseline) throw new Error('nothing was kept');
    await ledger.note(row.key, row.owner, { baseline: before(row.baseline) });
    relay.pass(relay.times.lease + 1);
    return (await relay.deliver(sent)).data.outcome;
  };

  it('is compared with a later snapshot', async () => {
    expect(await inDoubt((digest) => digest)).toBe('succeeded');
  });

  it('is ignored if it has another version, with other members', async () => {
    expect(await inDoubt((digest) => digest.replace(/^\d+:/, '1:'))).toBe('unknown');
  });
});

describe('a change that was not sent', () => {
  it('ends as failed without a call before its message is deleted', async () => {
    const relay = relays.create();
    relays.provider.play({ PUT: ok });
    const sentAt = relay.context.now() - 13 * 24 * HOUR - 1;
    const { data } = await relay.deliver(of(task()), undefined, { sentAt });
    expect(data).toMatchObject({ outcome: 'failed', error: { code: 'change_expired', retryable: true } });
    expect(relays.provider.received).toEqual([]);
  });

  it('is sent until then', async () => {
    const relay = relays.create();
    relays.provider.play({ PUT: ok });
    const sentAt = relay.context.now() - 13 * 24 * HOUR;
    expect((await relay.deliver(of(task()), undefined, { sentAt })).data.outcome).toBe('succeeded');
  });

  it('ends as rejected, once, if its row has an older fingerprint key and a new deployment refuses it', async () => {
    const relay = relays.create();
    relays.provider.play({ PUT: refusal('APIGW.0308', 429) });
    const sent = of(task());
    await relay.deliverBack(sent);
    relay.pass(HOUR / 60);
    const after = redeployed(relay, { ...refusing, fingerprintKeys: async () => ROTATED_KEYS });
    const { data } = await after.deliver(sent);
    expect(data).toMatchObject({ outcome: 'rejected', error: { code: 'change_invalid' } });
    expect((await after.deliver(sent)).data).toEqual(data);
  });

  it('ends as unknown if its row has an older fingerprint key, a worker that ended had claimed it, and it is refused now', async () => {
    const relay = relays.create();
    relays.provider.play({ PUT: refusal('APIGW.0308', 429) });
    const sent = of(task());
    await relay.deliverBack(sent);
    const { ledger } = relay.context;
    const key = changeKey(sent);
    const row = await ledger.readChange(key);
    if (!row) throw new Error('the change has no row');
    const now = relay.context.now();
    await ledger.claim({ key, owner: 'ended', now, lease: now + 1, fingerprint: row.fingerprint });
    relay.pass(HOUR / 60);
    const after = redeployed(relay, { ...refusing, fingerprintKeys: async () => ROTATED_KEYS });
    expect((await after.deliver(sent)).data.outcome).toBe('unknown');
  });

  it('is refused under the revision that the deployment sets, if it was never valid', async () => {
    const relay = relays.create(under('2026-01'));
    expect((await relay.deliver(sms({ colour: 'red' }))).data.outcome).toBe('rejected');
  });
});

describe('a row', () => {
  it('gets its full retention again when a change that ended long ago is repeated', async () => {
    const relay = relays.create();
    relays.provider.play({ PUT: ok });
    const sent = of(task());
    await relay.deliver(sent);
    const { ledger } = relay.context;
    const ttl = async () => (await ledger.readChange(changeKey(sent)))?.ttl ?? 0;
    let renewals = 0;
    const counted = relays.create();
    counted.context.ledger.renew = async (key) => {
      renewals++;
      await ledger.renew(key);
    };
    counted.pass(Math.max(0, (await ttl()) * 1000 - 40 * 24 * HOUR - counted.context.now()));
    await counted.deliver(sent);
    expect(renewals).toBe(0);
    counted.pass(2 * 24 * HOUR);
    await counted.deliver(sent);
    expect(renewals).toBe(1);
    expect(relays.provider.calls()).toHaveLength(1);
  });

  it('that cannot be renewed does not hold back its result', async () => {
    const relay = relays.create();
    relays.provider.play({ PUT: ok });
    const sent = of(task());
    const first = await relay.deliver(sent);
    let tried = 0;
    relay.context.ledger.renew = async () => {
      tried++;
      throw new Error('throttled');
    };
    const ttl = (await relay.context.ledger.readChange(changeKey(sent)))?.ttl ?? 0;
    relay.pass(Math.max(0, ttl * 1000 - 40 * 24 * HOUR - relay.context.now()) + 2 * 24 * HOUR);
    expect(await relay.deliver(sent)).toEqual(first);
    expect(tried).toBe(1);
    expect(relay.published).toHaveLength(2);
  });
});

describe('an arrival', () => {
  const send = async (group: string) => {
    const relay = relays.create();
    relays.provider.play({ PUT: ok });
    const name = task();
    await relay.deliver(of(name), '900', { group: 'one' });
    return (await relay.deliver(of(name), '100', { group })).data.outcome;
  };

  it('of the same group says that a change is older', async () => {
    expect(await send('one')).toBe('superseded');
  });

  it('of another group shows nothing', async () => {
    expect(await send('two')).toBe('succeeded');
  });

  it('is kept for the last group alone: after two groups in turn an older change is sent', async () => {
    const relay = relays.create();
    relays.provider.play({ PUT: ok });
    const name = task();
    await relay.deliver(of(name), '900', { group: 'one' });
    await relay.deliver(of(name), '950', { group: 'two' });
    expect((await relay.deliver(of(name), '100', { group: 'one' })).data.outcome).toBe('succeeded');
  });
});
