import { describe, expect, it } from 'vitest';
import { changeKey, subjectKey } from '../../../src/lib/change/parse-record.ts';
import { ok, refusal, shows, useRelays } from '../../support/relay-fixture.ts';
import { change, PROJECT } from '../../support/relay-under-test.ts';

const relays = useRelays();
let count = 0;
const task = () => `lock-${++count}`;
const of = (task_id: string, over: Record<string, unknown> = {}) => change(over, { task_id });

describe('a lock', () => {
  it('held by a change past its total age: a change that waits past its own total age ends as failed', async () => {
    const relay = relays.create();
    relays.provider.play({ PUT: { cut: true } });
    const name = task();
    const [first, second] = [of(name), of(name)];
    await relay.deliverBack(first);
    await relay.deliverBack(second);
    relay.pass(3_600_001);
    // Somebody still holds the first change's lock.
    relay.context.ledger.readSubject = async () => ({ lock: 'x', owner: 'y', expiresAt: relay.context.now() + 1000 });
    expect((await relay.deliver(second)).data).toMatchObject({ outcome: 'failed', error: { code: 'task_busy' } });
    expect(relays.provider.calls()).toHaveLength(1);
  });

  it('that another worker replaces at the same moment: the change is tried again, and no attempt is counted', async () => {
    const [first, relay] = [relays.create(), relays.create()];
    relays.provider.play({ PUT: ok });
    const name = task();
    await first.deliver(of(name));
    const { replaceLock } = relay.context.ledger;
    relay.context.ledger.replaceLock = async () => undefined;
    const sent = of(name);
    expect(await relay.retryOf(sent)).toMatchObject({ reason: 'contended', delay: 1000, tried: { attempts: 0 } });
    relay.context.ledger.replaceLock = replaceLock;
    expect((await relay.deliver(sent)).data).toMatchObject({ outcome: 'succeeded', attempts: 1 });
  });

  it('whose row is gone: the change is tried again', async () => {
    const relay = relays.create();
    relay.context.ledger.acquireLock = async () => undefined;
    relay.context.ledger.readSubject = async () => undefined;
    expect(await relay.retryOf(of(task()))).toMatchObject({
      reason: 'contended',
      delay: 1000,
      tried: { attempts: 0 },
    });
  });

  it('that this very request acquired, although the reply was lost, needs no second write', async () => {
    const relay = relays.create();
    relays.provider.play({ PUT: ok });
    const { acquireLock } = relay.context.ledger;
    relay.context.ledger.acquireLock = async (request) => {
      await acquireLock(request);
      return undefined;
    };
    relay.context.ledger.replaceLock = () => Promise.reject(new Error('nothing is to be replaced'));
    expect((await relay.deliver(of(task()))).data.outcome).toBe('succeeded');
  });

  it('of another change also stops a worker that has the same owner name', async () => {
    const relay = relays.create({ newOwner: () => 'same' });
    relays.provider.play({ PUT: { cut: true } });
    const name = task();
    await relay.deliverBack(of(name));
    expect((await relay.deliverBack(of(name))).reason).toBe('subject_locked');
    expect(relays.provider.calls()).toHaveLength(1);
  });

  it('stands for as long as a request of its change may take effect, and names that change', async () => {
    const relay = relays.create({ newOwner: () => 'worker-1' });
    relays.provider.play({ PUT: { cut: true } });
    const name = task();
    const sent = of(name, { sequence: '7' });
    await relay.deliverBack(sent, '42');
    expect(
      await relay.context.ledger.readSubject(
        subjectKey({ service: 'dcs', kind: 'migration-task', id: name, project_id: PROJECT }),
      ),
    ).toEqual({
      lock: changeKey(sent),
      owner: 'worker-1',
      expiresAt: relay.context.now() + relay.times.lease,
      sequence: '7',
      arrival: '42',
      group: '',
    });
  });

  it('of an earlier attempt is renewed by the next one', async () => {
    const relay = relays.create();
    relays.provider.play({ PUT: [refusal('APIGW.0308', 429), { cut: true }] });
    const name = task();
    const sent = of(name);
    await relay.deliverBack(sent, '5');
    relay.pass(20_000);
    // The write that needs no read is refused, as for a change that arrived before.
    relay.context.ledger.acquireLock = async () => undefined;
    await relay.deliverBack(sent, '5');
    const row = await relay.context.ledger.readSubject(
      subjectKey({ service: 'dcs', kind: 'migration-task', id: name, project_id: PROJECT }),
    );
    expect(row?.expiresAt).toBe(relay.context.now() + relay.times.lease);
  });

  it('makes a change wait until it expires, and names the change that holds it', async () => {
    const relay = relays.create();
    relays.provider.play({ PUT: { cut: true } });
    const name = task();
    const [first, second] = [of(name), of(name)];
    await relay.deliverBack(first);
    relay.pass(30_000);
    expect(await relay.retryOf(second)).toMatchObject({
      reason: 'subject_locked',
      delay: 41_000,
      tried: { attempts: 0 },
      behind: changeKey(first),
      change: { id: second.id },
    });
  });

  it('makes a change wait for at least a quarter of the time for which it has already waited', async () => {
    const relay = relays.create();
    relays.provider.play({ PUT: { cut: true } });
    const name = task();
    const [first, second] = [of(name), of(name)];
    await relay.deliverBack(first);
    await relay.deliverBack(second);
    relay.pass(400_000);
    expect(await relay.deliverBack(second)).toEqual({ reason: 'subject_locked', delay: 100_000 });
  });

  it('makes a change wait up to its total age, but no longer', async () => {
    const relay = relays.create();
    relays.provider.play({ PUT: { cut: true } });
    const name = task();
    const [first, second] = [of(name), of(name)];
    await relay.deliverBack(first);
    await relay.deliverBack(second);
    relay.pass(3_600_000);
    expect((await relay.deliverBack(second)).reason).toBe('subject_locked');
  });

  it('of an earlier attempt of the same change does not stop it', async () => {
    const relay = relays.create();
    relays.provider.play({ PUT: [refusal('APIGW.0308', 429), ok] });
    const sent = of(task());
    await relay.deliverBack(sent, '5');
    relay.context.ledger.acquireLock = async () => undefined;
    expect((await relay.deliver(sent, '5')).data.outcome).toBe('succeeded');
  });
});

describe('a change that a newer one overtook', () => {
  it('while its own outcome was open ends as unknown, because no read can show it any more', async () => {
    const relay = relays.create();
    relays.provider.play({ PUT: [{ cut: true }, ok], GET: { status: 200, body: {} } });
    const name = task();
    const [old, newer] = [of(name, { sequence: '1' }), of(name, { sequence: '2' })];
    await relay.deliverBack(old);
    relay.pass(relay.times.lease + 1);
    expect((await relay.deliverBack(old)).reason).toBe('outcome_unknown');
    relay.pass(relay.times.lease + 1);
    expect((await relay.deliver(newer)).data.outcome).toBe('succeeded');
    expect((await relay.deliver(old)).data.outcome).toBe('unknown');
    expect(relays.provider.calls()).toHaveLength(2);
  });

  it('does not believe a read made after that', async () => {
    const relay = relays.create();
    relays.provider.play({ PUT: { cut: true }, GET: shows('manual') });
    const sent = of(task());
    await relay.deliverBack(sent);
    relay.pass(relay.times.lease + 1);
    const { readSubject } = relay.context.ledger;
    let reads = 0;
    relay.context.ledger.readSubject = async (name) =>
      reads++ === 0 ? readSubject(name) : { lock: 'other', owner: 'o', expiresAt: 0 };
    expect((await relay.deliver(sent)).data.outcome).toBe('unknown');
  });

  it('past its total age, while its request was still under way, ends as unknown', async () => {
    const relay = relays.create();
    relays.provider.play({ PUT: [{ cut: true }, ok], GET: shows('manual') });
    const name = task();
    const [old, newer] = [of(name), of(name)];
    await relay.deliverBack(old, '1');
    relay.pass(3_600_001);
    expect((await relay.deliver(newer, '2')).data.outcome).toBe('succeeded');
    expect((await relay.deliver(old, '1')).data.outcome).toBe('unknown');
    expect(relays.provider.calls()).toHaveLength(2);
  });

  it('does not believe two reads that show it was not applied', async () => {
    const relay = relays.create();
    relays.provider.play({ PUT: { cut: true }, GET: shows('auto') });
    const sent = of(task());
    await relay.deliverBack(sent);
    relay.pass(relay.times.lease + 1);
    const { readSubject } = relay.context.ledger;
    let reads = 0;
    relay.context.ledger.readSubject = async (name) =>
      reads++ === 0 ? readSubject(name) : { lock: 'other', owner: 'o', expiresAt: 0 };
    expect((await relay.deliver(sent)).data.outcome).toBe('unknown');
    expect(relays.provider.calls()).toHaveLength(1);
  });
});
