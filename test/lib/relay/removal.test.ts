import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { ok, refusal, useRelays } from '../../support/relay-fixture.ts';
import { change, PROJECT, type RelayUnderTest } from '../../support/relay-under-test.ts';

const relays = useRelays();

const deletion = () => change({ type: 'migration.sms.task.delete', data: { task_id: randomUUID() } });
const inState = (state: string) => ({ status: 200, body: { id: 'ef3b9722', state } });

async function inDoubt(relay: RelayUnderTest, sent: object = deletion()) {
  await relay.deliverBack(sent);
  relay.pass(relay.times.lease + 1);
  return sent;
}

describe('a call without a body', () => {
  it('sends no bytes, and is signed as an empty text', async () => {
    const relay = relays.create();
    relays.provider.play({ DELETE: ok });
    const sent = deletion();
    const { data, subject } = await relay.deliver(sent);
    expect(data).toMatchObject({ outcome: 'succeeded', confirmed_by: 'reply', provider: { status: 200 } });
    expect(subject).toBe(`sms/task/${sent.data.task_id}`);
    const [call] = relays.provider.received;
    expect(call).toMatchObject({ method: 'DELETE', path: `/v3/tasks/${sent.data.task_id}`, body: '' });
    expect(call?.headers['transfer-encoding']).toBeUndefined();
    expect(Number(call?.headers['content-length'] ?? 0)).toBe(0);
    expect(call?.headers.authorization).toContain('SignedHeaders=content-type;host;x-domain-id;x-sdk-date');
  });

  it('takes a 204 as a success', async () => {
    const relay = relays.create();
    const rollback = change({
      type: 'migration.dcs.online-migration.rollback-ip',
      data: { project_id: PROJECT, task_id: randomUUID() },
    });
    relays.provider.play({ POST: { status: 204 }, GET: { status: 200, body: { task_id: 't', status: 'SUCCESS' } } });
    const { data } = await relay.deliver(rollback);
    expect(data).toMatchObject({ outcome: 'succeeded', confirmed_by: 'reply', provider: { status: 204 } });
  });
});

describe('a change that removes its subject', () => {
  it.each(['SMS.7703', 'SMS.0505'])('has what it asked for if it is refused with %s, and says so', async (code) => {
    const relay = relays.create();
    relays.provider.play({ DELETE: refusal(code) });
    const { data } = await relay.deliver(deletion());
    expect(data).toMatchObject({
      outcome: 'succeeded',
      provider: { status: 400 },
      warnings: [`it did not exist when the request arrived (${code})`],
    });
    expect(relays.provider.calls()).toHaveLength(1);
  });

  it.each([
    ['the gateway does not know the path', refusal('APIGW.0101', 404), 'failed'],
    ['somebody on the way answers 404', { status: 404, body: '<html>' }, 'failed'],
    ['the state of the task forbids it', refusal('SMS.7719'), 'rejected'],
    ['a snapshot of the task does not exist', refusal('SMS.8113'), 'rejected'],
    ['the target of the task does not exist', refusal('SMS.8103'), 'rejected'],
  ])('is not done where %s', async (_title, reply, outcome) => {
    const relay = relays.create();
    relays.provider.play({ DELETE: reply });
    expect((await relay.deliver(deletion())).data.outcome).toBe(outcome);
  });

  it.each([
    ['the task does not exist', refusal('SMS.7703'), 400],
    ['the service answers 404 with a code', refusal('SMS.7703', 404), 404],
    ['the task is being deleted', inState('DELETING'), 200],
  ])('is done after a lost reply where %s', async (_title, read, status) => {
    const relay = relays.create();
    relays.provider.play({ DELETE: { cut: true }, GET: read });
    const { data } = await relay.deliver(await inDoubt(relay));
    expect(data).toMatchObject({ outcome: 'succeeded', confirmed_by: 'read-back', provider: { status } });
    expect(relays.provider.calls()).toHaveLength(1);
  });

  it('has no warning if its own earlier request may have removed the task', async () => {
    const relay = relays.create();
    const sent = change({
      type: 'migration.dcs.migration-task.delete',
      data: { project_id: PROJECT, body: { task_id_list: [randomUUID()] } },
    });
    const shown = { status: 200, body: { task_id: 't', status: 'SUCCESS' } };
    relays.provider.play({ DELETE: [{ cut: true }, refusal('DCS.4133')], GET: shown });
    await inDoubt(relay, sent);
    expect(await relay.deliverBack(sent)).toMatchObject({ reason: 'outcome_unknown' });
    const { data } = await relay.deliver(sent);
    expect({ outcome: data.outcome, warnings: data.warnings }).toEqual({ outcome: 'succeeded', warnings: undefined });
  });

  it('is sent again if two reads show the task', async () => {
    const relay = relays.create();
    relays.provider.play({ DELETE: [{ cut: true }, ok], GET: inState('ABORT') });
    const sent = await inDoubt(relay);
    expect(await relay.deliverBack(sent)).toMatchObject({ reason: 'not_applied' });
    expect((await relay.deliver(sent)).data).toMatchObject({ outcome: 'succeeded', confirmed_by: 'reply' });
    expect(relays.provider.reads()).toHaveLength(2);
    expect(relays.provider.calls()).toHaveLength(2);
  });

  it.each([
    ['the gateway refuses to read', refusal('APIGW.0101', 404)],
    ['nobody says who answers', { status: 404, body: '' }],
    ['the right to read is missing', refusal('SMS.9004', 403)],
  ])('is not done after a lost reply where %s', async (_title, read) => {
    const relay = relays.create();
    relays.provider.play({ DELETE: { cut: true }, GET: read });
    expect(await relay.deliverBack(await inDoubt(relay))).toMatchObject({ reason: 'read_failed' });
  });
});

describe('a refused read that names something else as missing', () => {
  it('does not show that a task is deleted', async () => {
    const relay = relays.create();
    relays.provider.play({ DELETE: { cut: true }, GET: refusal('SMS.8103') });
    expect((await relay.deliver(await inDoubt(relay))).data).toMatchObject({ outcome: 'unknown' });
  });
});

describe('an exchange of addresses', () => {
  const exchange = () =>
    change({
      type: 'migration.dcs.online-migration.exchange-ip',
      data: { project_id: PROJECT, task_id: randomUUID(), body: { is_exchange_domain: false } },
    });
  const shown = (task_status?: string) => ({
    status: 200,
    body: { task_id: 't', status: 'INCRMIGEATING', task_status },
  });

  it('is done after a lost reply if it has begun since', async () => {
    const relay = relays.create();
    relays.provider.play({ POST: { cut: true }, GET: [shown(), shown('EXCHANGING')] });
    const { data } = await relay.deliver(await inDoubt(relay, exchange()));
    expect(data).toMatchObject({
      outcome: 'succeeded',
      confirmed_by: 'read-back',
      unverified_fields: ['data.body.is_exchange_domain'],
    });
    expect(relays.provider.calls()).toHaveLength(1);
  });

  it('is never repeated where the addresses were exchanged before', async () => {
    const relay = relays.create();
    relays.provider.play({ POST: { cut: true }, GET: shown('EXCHANGE_SUCCESS') });
    const { data } = await relay.deliver(await inDoubt(relay, exchange()));
    expect(data).toMatchObject({ outcome: 'unknown' });
    expect(relays.provider.calls()).toHaveLength(1);
  });
});

describe('a call that answers for each of several tasks', () => {
  const restart = (task: string) =>
    change({
      type: 'migration.dcs.online-migration.restart',
      data: { project_id: PROJECT, body: { migration_tasks: [task] } },
    });
  const answers = (element: object) => ({ status: 200, body: { migration_tasks: [element] } });
  const terminated = { status: 200, body: { task_id: 't', status: 'TERMINATED' } };

  it('is refused by the element of its task as by an error reply', async () => {
    const relay = relays.create();
    const task_id = randomUUID();
    const element = { task_id, result: 'failed', error_code: 'DCS.4957', error_msg: 'CANARY' };
    relays.provider.play({ GET: terminated, POST: answers(element) });
    const result = await relay.deliver(restart(task_id));
    expect(result.data).toMatchObject({ outcome: 'rejected', error: { code: 'DCS.4957', origin: 'provider' } });
    expect(JSON.stringify(result)).not.toContain('CANARY');
  });

  it.each([null, '', 4957, 'TASK_STATUS_ERROR', 'DCS.9999'])(
    'is refused by its element with %j as its code, too',
    async (error_code) => {
      const relay = relays.create();
      const task_id = randomUUID();
      relays.provider.play({ GET: terminated, POST: answers({ task_id, result: 'failed', error_code }) });
      const { data } = await relay.deliver(restart(task_id));
      expect(data).toMatchObject({ outcome: 'rejected', error: { origin: 'provider', retryable: false } });
      expect(JSON.stringify(data)).not.toContain('Something between');
      expect(relays.provider.calls()).toHaveLength(1);
    },
  );

  it('stays in doubt without such an element, and is then read', async () => {
    const relay = relays.create();
    const task_id = randomUUID();
    const running = { status: 200, body: { task_id: 't', status: 'FULLMIGRATING' } };
    relays.provider.play({ GET: [terminated, running], POST: answers({ task_id: 'another', result: 'success' }) });
    const sent = await inDoubt(relay, restart(task_id));
    expect((await relay.deliver(sent)).data).toMatchObject({ outcome: 'succeeded', confirmed_by: 'read-back' });
    expect(relays.provider.calls()).toHaveLength(1);
  });
});
