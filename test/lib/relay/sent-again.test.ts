import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { ok, refusal, useRelays } from '../../support/relay-fixture.ts';
import { change, PROJECT, type RelayUnderTest } from '../../support/relay-under-test.ts';

const relays = useRelays();

/** An operation that must not repeat: a change of it, what a read shows before and after, and a code that refuses it. */
interface Case {
  type: string;
  data: (task_id: string) => object;
  before: object;
  after: object;
}
const CONFIGURATION = {
  ...{ migration_method: 'full_amount_migration', resume_mode: 'auto' },
  ...{ source_instance: { addrs: 'a:1' }, target_instance: { id: 'i' } },
};
const CASES: Record<string, Case> = {
  'an exchange of addresses': {
    type: 'migration.dcs.online-migration.exchange-ip',
    data: (task_id) => ({ project_id: PROJECT, task_id }),
    before: { status: 'INCRMIGRATING' },
    after: { status: 'INCRMIGRATING', task_status: 'EXCHANGE_SUCCESS' },
  },
  'a rollback of addresses': {
    type: 'migration.dcs.online-migration.rollback-ip',
    data: (task_id) => ({ project_id: PROJECT, task_id }),
    before: { status: 'INCRMIGRATING', task_status: 'EXCHANGE_SUCCESS' },
    after: { status: 'INCRMIGRATING', task_status: 'ROLLBACK_SUCCESS' },
  },
  'a restart': {
    type: 'migration.dcs.online-migration.restart',
    data: (task_id) => ({ project_id: PROJECT, body: { migration_tasks: [task_id] } }),
    before: { status: 'TERMINATED' },
    after: { status: 'FULLMIGRATING' },
  },
  'a configuration': {
    type: 'migration.dcs.online-migration.configure',
    data: (task_id) => ({ project_id: PROJECT, task_id, body: CONFIGURATION }),
    before: { status: 'RUNNING' },
    after: { status: 'FULLMIGRATING', ...CONFIGURATION },
  },
  'a start': {
    type: 'migration.sms.task.act',
    data: (task_id) => ({ task_id, body: { operation: 'start' } }),
    before: { id: 't', state: 'ABORT' },
    after: { id: 't', state: 'RUNNING' },
  },
};
const shows = (body: object) => ({ status: 200, body });

/** Loses the first request of a change, and reads twice that it was not applied. */
async function releaseAsNotApplied(relay: RelayUnderTest, { type, data, before }: Case, over: object = {}) {
  const sent = change({ type, data: data(`again-${randomUUID().slice(0, 8)}`), ...over });
  relays.provider.play({ GET: shows(before), POST: { cut: true } });
  expect(await relay.deliverBack(sent)).toMatchObject({ reason: 'outcome_unknown' });
  relay.pass(relay.times.lease + 1);
  expect(await relay.deliverBack(sent)).toMatchObject({ reason: 'not_applied' });
  expect(relays.provider.calls()).toHaveLength(1);
  return sent;
}

describe.each(Object.entries(CASES))('%s that was lost and not applied, as two reads showed,', (_name, one) => {
  it('is not sent again if it was carried out meanwhile', async () => {
    const relay = relays.create();
    const sent = await releaseAsNotApplied(relay, one);
    relays.provider.play({ GET: shows(one.after), POST: ok });
    const { data } = await relay.deliver(sent);
    expect(data).toMatchObject({ outcome: 'succeeded', confirmed_by: 'read-back' });
    expect(relays.provider.calls()).toHaveLength(0);
  });

  it('is not sent again if a read shows neither', async () => {
    const relay = relays.create();
    const sent = await releaseAsNotApplied(relay, one);
    relays.provider.play({ GET: shows({ id: 't', status: 'STRANGE', state: 'STRANGE' }), POST: ok });
    expect((await relay.deliver(sent)).data).toMatchObject({ outcome: 'unknown' });
    expect(relays.provider.calls()).toHaveLength(0);
  });

  it('is read again if its second request is refused, because the first may be why', async () => {
    const relay = relays.create();
    const sent = await releaseAsNotApplied(relay, one);
    relays.provider.play({ GET: [shows(one.before), shows(one.after)], POST: refusal('DCS.4957', 400) });
    expect((await relay.deliver(sent)).data).toMatchObject({ outcome: 'succeeded', confirmed_by: 'read-back' });
  });

  it('is read again after each wait', async () => {
    const relay = relays.create();
    const sent = await releaseAsNotApplied(relay, one);
    relays.provider.play({ GET: [shows(one.before), shows(one.after)], POST: refusal('APIGW.0308', 429) });
    expect(await relay.deliverBack(sent)).toMatchObject({ reason: 'provider_busy' });
    relay.pass(6 * 3_600_000);
    expect((await relay.deliver(sent)).data).toMatchObject({ outcome: 'succeeded', confirmed_by: 'read-back' });
    expect(relays.provider.calls()).toHaveLength(1);
  });

  it('does not end as superseded, because it was sent once', async () => {
    const relay = relays.create();
    const sent = await releaseAsNotApplied(relay, one, { sequence: '1' });
    relay.pass(relay.times.lease + 1);
    relays.provider.play({ GET: shows(one.before), POST: ok, PUT: ok });
    await relay.deliver({ ...sent, id: randomUUID(), sequence: '2' }).catch(() => undefined);
    expect((await relay.deliver(sent)).data).toMatchObject({ outcome: 'unknown' });
  });
});
