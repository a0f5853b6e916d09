import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { changeKey } from '../../../src/lib/change/parse-record.ts';
import type { Result } from '../../../src/lib/relay/result-schema.ts';
import { markOf } from '../../../src/lib/relay/snapshot.ts';
import { refusal, useRelays } from '../../support/relay-fixture.ts';
import { change, errorOf, PROJECT, type RelayUnderTest } from '../../support/relay-under-test.ts';

const relays = useRelays();

const creation = (name = `move-${randomUUID().slice(0, 8)}`) =>
  change({
    type: 'migration.dcs.online-migration.create',
    data: { project_id: PROJECT, body: { name, vpc_id: 'v', subnet_id: 's', security_group_id: 'g' } },
  });
type Creation = ReturnType<typeof creation>;
const nameOf = ({ data }: Creation) => (data.body as unknown as { name: string }).name;
/** A task of the list that this change made. */
const made = (sent: Creation, task_id: string) => ({
  task_id,
  task_name: nameOf(sent),
  description: markOf(changeKey(sent)),
});
const lists = (...tasks: object[]) => ({ status: 200, body: { count: tasks.length, migration_tasks: tasks } });
const creates = (instance_id: string) => ({ status: 200, body: { instance_id } });

const smsTask = (source_server: object) => ({
  ...{ name: 'wave-1', type: 'MIGRATE_FILE', os_type: 'LINUX', source_server },
  ...{ region_name: 'r', region_id: 'r', project_name: 'p', project_id: 'p' },
  target_server: { name: 'target', vm_id: 'vm-1' },
});

async function inDoubt(relay: RelayUnderTest, sent: Creation) {
  expect(await relay.deliverBack(sent)).toMatchObject({ reason: 'outcome_unknown' });
  relay.pass(relay.times.lease + 1);
}

/** Delivers until the change has a result, each time after a minute. */
async function deliverToTheEnd(relay: RelayUnderTest, sent: Creation): Promise<Result> {
  relay.pass(60_000);
  const result = await relay.deliver(sent).catch(() => undefined);
  return result ?? deliverToTheEnd(relay, sent);
}

describe('a change that creates something', () => {
  it('reads the list, sends once, and gives the id of what was created', async () => {
    const relay = relays.create();
    relays.provider.play({ GET: lists(), POST: creates('new-1') });
    const sent = creation();
    const { data, subject } = await relay.deliver(sent);
    expect(data).toMatchObject({ outcome: 'succeeded', confirmed_by: 'reply', created: 'new-1' });
    expect(subject).toBe(`dcs/migration-task-name/${nameOf(sent)}`);
    const [read, call] = relays.provider.received;
    expect(read?.path).toBe(`/v2/${PROJECT}/migration-tasks?limit=50&name=${nameOf(sent)}&offset=0`);
    expect(JSON.parse(call?.body ?? '')).toMatchObject({ description: markOf(changeKey(sent)) });
  });

  it('is found in the list after a lost reply, and its result has the id', async () => {
    const relay = relays.create();
    const sent = creation();
    relays.provider.play({
      GET: [lists({ task_id: 'old', task_name: nameOf(sent) }), lists({ task_id: 'old' }, made(sent, 'new-1'))],
      POST: { cut: true },
    });
    await inDoubt(relay, sent);
    expect((await relay.deliver(sent)).data).toMatchObject({
      outcome: 'succeeded',
      confirmed_by: 'read-back',
      created: 'new-1',
    });
    expect(relays.provider.calls()).toHaveLength(1);
  });

  it('is unknown, with all ids, where several may be its own; nothing is deleted', async () => {
    const relay = relays.create();
    const sent = creation();
    relays.provider.play({ GET: [lists(), lists(made(sent, 'a'), made(sent, 'b'))], POST: { cut: true } });
    await inDoubt(relay, sent);
    const { data } = await relay.deliver(sent);
    expect(data).toMatchObject({ outcome: 'unknown', candidates: ['a', 'b'], error: { code: 'created_several' } });
    expect(relays.provider.calls()).toHaveLength(1);
  });

  it('is sent again only after two complete lists without it, and the list is then read once more', async () => {
    const relay = relays.create();
    const sent = creation();
    const none = [lists(), lists(), lists(), lists()];
    relays.provider.play({ GET: [...none, lists(made(sent, 'new-2'))], POST: [{ cut: true }, creates('new-2')] });
    await inDoubt(relay, sent);
    expect(await relay.deliverBack(sent)).toMatchObject({ reason: 'not_applied' });
    expect(relays.provider.reads()).toHaveLength(3);
    const { reason, tried } = await relay.retryOf(sent);
    // The reply was in order; what is not known is whether the first request made something as well.
    expect({ reason, tried }).toMatchObject({ reason: 'outcome_unknown', tried: { status: 200 } });
    expect(tried).not.toHaveProperty('code');
    relay.pass(relay.times.lease + 1);
    expect(relays.provider.reads()).toHaveLength(4);
    expect((await relay.deliver(sent)).data).toMatchObject({ outcome: 'succeeded', created: 'new-2' });
    expect(relays.provider.reads()).toHaveLength(5);
    expect(relays.provider.calls()).toHaveLength(2);
  });

  it('is not sent again if the first request took effect after the two lists', async () => {
    const relay = relays.create();
    const sent = creation();
    relays.provider.play({
      GET: [lists(), lists(), lists(), lists(made(sent, 'late-1'))],
      POST: [{ cut: true }, creates('new-2')],
    });
    await inDoubt(relay, sent);
    await relay.deliverBack(sent);
    expect((await relay.deliver(sent)).data).toMatchObject({ outcome: 'succeeded', created: 'late-1' });
    expect(relays.provider.calls()).toHaveLength(1);
  });

  it.each([
    [
      'shows the first task',
      (sent: Creation) => [lists(made(sent, 'late-1'))],
      { outcome: 'succeeded', created: 'late-1' },
    ],
    ['shows nothing', () => [lists(), lists()], { outcome: 'rejected' }],
  ])('is read once more when its second request is refused; the list %s', async (_title, last, expected) => {
    const relay = relays.create();
    const sent = creation();
    relays.provider.play({
      GET: [lists(), lists(), lists(), lists(), ...last(sent)],
      POST: [{ cut: true }, refusal('DCS.4911', 400)],
    });
    await inDoubt(relay, sent);
    await relay.deliverBack(sent);
    expect((await relay.deliver(sent)).data).toMatchObject(expected);
  });

  it('says both ids if the first request took effect late', async () => {
    const relay = relays.create();
    const sent = creation();
    relays.provider.play({
      GET: [lists(), lists(), lists(), lists(), lists(made(sent, 'late-1'), made(sent, 'new-2'))],
      POST: [{ cut: true }, creates('new-2')],
    });
    await inDoubt(relay, sent);
    await relay.deliverBack(sent);
    await inDoubt(relay, sent);
    const { data } = await relay.deliver(sent);
    expect(data).toMatchObject({ outcome: 'unknown', candidates: ['new-2', 'late-1'] });
  });

  it('does not believe a list without the id that a reply named, and never forgets that id', async () => {
    const relay = relays.create();
    const sent = creation();
    const before = [lists(), lists(), lists(), lists()];
    relays.provider.play({ GET: [...before, lists()], POST: [{ cut: true }, creates('new-2')] });
    await inDoubt(relay, sent);
    await relay.deliverBack(sent);
    await inDoubt(relay, sent);
    const { data } = await deliverToTheEnd(relay, sent);
    expect(data).toMatchObject({ outcome: 'unknown', candidates: ['new-2'], error: { code: 'outcome_unknown' } });
    expect(relays.provider.calls()).toHaveLength(2);
  });

  it.each([
    [{ instance_id: 'new-1', error_code: 'DCS.5000', error_msg: 'broken' }],
    [{ instance_id: 'new-1', status: 'FAILED' }],
  ])('is not sent again where the reply names an id and an error: %j', async (body) => {
    const relay = relays.create();
    const sent = creation();
    const failed = { ...made(sent, 'new-1'), status: 'FAILED' };
    relays.provider.play({ GET: [lists(), lists(failed)], POST: { status: 200, body } });
    await inDoubt(relay, sent);
    expect((await relay.deliver(sent)).data).toMatchObject({
      ...{ outcome: 'succeeded', created: 'new-1', warnings: ['the task is in a failed state: FAILED'] },
    });
    expect(relays.provider.calls()).toHaveLength(1);
  });

  it('is unknown, with the id, where a new task of its name may be that of anybody', async () => {
    const relay = relays.create();
    const sent = creation();
    relays.provider.play({
      GET: [lists(), lists({ task_id: 'new-1', task_name: nameOf(sent) })],
      POST: { cut: true },
    });
    await inDoubt(relay, sent);
    expect((await relay.deliver(sent)).data).toMatchObject({ outcome: 'unknown', candidates: ['new-1'] });
    expect(relays.provider.calls()).toHaveLength(1);
  });

  it('keeps the ids from before its first request, so that a late one is never taken for an old one', async () => {
    const relay = relays.create();
    const sent = creation();
    relays.provider.play({
      GET: [lists(), lists(), lists(), lists(), lists(made(sent, 'late-1'))],
      POST: [{ cut: true }, { cut: true }],
    });
    await inDoubt(relay, sent);
    await relay.deliverBack(sent);
    await inDoubt(relay, sent);
    expect((await relay.deliver(sent)).data).toMatchObject({ outcome: 'succeeded', created: 'late-1' });
  });

  it.each([
    ['cannot be read to its end', { status: 200, body: { count: 2, migration_tasks: [] } }],
    ['is not a list', { status: 200, body: { count: 0 } }],
    ['is refused for now', refusal('APIGW.0308', 429)],
  ])('is not sent while the list %s', async (_title, read) => {
    const relay = relays.create();
    relays.provider.play({ GET: read, POST: creates('new-1') });
    expect(await relay.deliverBack(creation())).toMatchObject({ reason: 'provider_busy' });
    expect(relays.provider.calls()).toEqual([]);
  });

  const many = (count: number, task_name: string) =>
    lists(...Array.from({ length: count }, (_, n) => ({ task_id: `t${n}`, task_name })));

  it('is not hindered by tasks of other names, which the filter of the list may show as well', async () => {
    const relay = relays.create();
    relays.provider.play({ GET: many(60, 'move-too'), POST: creates('new-1') });
    expect((await relay.deliver(creation('move'))).data.outcome).toBe('succeeded');
  });

  it('is refused where more than fifty have its name', async () => {
    const relay = relays.create();
    const name = `crowded-${randomUUID().slice(0, 8)}`;
    relays.provider.play({ GET: [many(51, name), many(50, name)], POST: creates('new-1') });
    const refused = await relay.deliver(creation(name));
    expect({ outcome: refused.data.outcome, code: errorOf(refused)?.code }).toEqual({
      outcome: 'rejected',
      code: 'too_many_alike',
    });
    expect(relays.provider.calls()).toEqual([]);
    expect((await relay.deliver(creation(name))).data.outcome).toBe('succeeded');
  });

  it('of the same name waits for one that is in doubt', async () => {
    const relay = relays.create();
    const first = creation();
    relays.provider.play({ GET: lists(), POST: { cut: true } });
    await relay.deliverBack(first);
    expect(await relay.deliverBack(creation(nameOf(first)))).toMatchObject({ reason: 'subject_locked' });
    expect(relays.provider.calls()).toHaveLength(1);
  });

  it('without a mark waits until the list must show what the change before it created', async () => {
    const relay = relays.create();
    const source = { id: randomUUID() };
    const of = () => change({ type: 'migration.sms.task.create', data: { body: smsTask(source) } });
    const shown = { count: 1, tasks: [{ ...smsTask(source), id: 'first-1' }] };
    relays.provider.play({
      GET: { status: 200, body: { count: 0, tasks: [] } },
      POST: { status: 200, body: { id: 'first-1' } },
    });
    expect((await relay.deliver(of())).data).toMatchObject({ outcome: 'succeeded', created: 'first-1' });
    const second = of();
    expect(await relay.deliverBack(second)).toMatchObject({ reason: 'subject_locked' });
    relay.pass(relay.times.lease + 1);
    relays.provider.play({ GET: { status: 200, body: shown }, POST: [{ cut: true }, refusal('SMS.6005')] });
    await inDoubt(relay, second);
    expect(await relay.deliverBack(second)).toMatchObject({ reason: 'not_applied' });
    expect((await relay.deliver(second)).data.outcome).toBe('rejected');
  });
});
