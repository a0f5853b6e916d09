import { describe, expect, it } from 'vitest';
import type { ChangeRow } from '../../../src/lib/relay/ledger.ts';
import type { Answer, ProviderRequest } from '../../../src/lib/relay/provider.ts';
import { ok, refusal, useRelays } from '../../support/relay-fixture.ts';
import { change, PROJECT, type RelayUnderTest } from '../../support/relay-under-test.ts';

const relays = useRelays();

/** A relay whose provider records its requests as they are, and accepts everything. */
function createNoted(bodies: unknown[]): { relay: RelayUnderTest; asked: ProviderRequest[] } {
  const asked: ProviderRequest[] = [];
  const send = async (request: ProviderRequest): Promise<Answer> => {
    asked.push(request);
    return { ok: true, status: 200, body: bodies[asked.length - 1] };
  };
  return { relay: relays.create({ provider: { send } }), asked };
}

describe('what the provider receives', () => {
  it('is the request alone if the operation may repeat, with a path for a probe', async () => {
    const { relay, asked } = createNoted([undefined]);
    await relay.deliver(change({}, { task_id: 'task-1' }));
    expect(asked).toStrictEqual([
      {
        service: 'dcs',
        method: 'PUT',
        path: `/v2/${PROJECT}/migration-task/task-1`,
        body: '{"resume_mode":"manual"}',
        probePath: `/v2/${PROJECT}/migration-task/task-1`,
        newConnection: false,
        deadline: 10_000,
        projectId: PROJECT,
      },
    ]);
  });

  it('is a read of the task first if the operation must not repeat, then the request on a connection of its own', async () => {
    const body = {
      migration_method: 'full_amount_migration',
      resume_mode: 'auto',
      source_instance: { addrs: '10.0.0.1:6379', password_ref: 'redis/source' },
      target_instance: { id: 'instance-1' },
    };
    const { relay, asked } = createNoted([{ status: 'RUNNING' }, { id: 't' }]);
    await relay.deliver(change({ type: 'migration.dcs.online-migration.configure' }, { task_id: 'task-2', body }));
    expect(asked).toStrictEqual([
      {
        service: 'dcs',
        method: 'GET',
        path: `/v2/${PROJECT}/migration-task/task-2`,
        deadline: 3000,
        projectId: PROJECT,
      },
      {
        service: 'dcs',
        method: 'POST',
        path: `/v2/${PROJECT}/migration/task-2/task`,
        body: JSON.stringify({
          ...body,
          source_instance: { addrs: '10.0.0.1:6379', password: 'value-of-redis/source' },
        }),
        probePath: `/v2/${PROJECT}/migration-task/task-2`,
        newConnection: true,
        deadline: 10_000,
        projectId: PROJECT,
      },
    ]);
  });

  it('names no project if the path has none', async () => {
    const { relay, asked } = createNoted([{ state: 'READY' }, undefined]);
    const data = { project_id: undefined, task_id: 'task-3', body: { operation: 'start' } };
    await relay.deliver(change({ type: 'migration.sms.task.act' }, data));
    expect(asked).toStrictEqual([
      { service: 'sms', method: 'GET', path: '/v3/tasks/task-3', deadline: 3000 },
      {
        service: 'sms',
        method: 'POST',
        path: '/v3/tasks/task-3/action',
        body: '{"operation":"start"}',
        probePath: '/v3/tasks/task-3',
        newConnection: true,
        deadline: 10_000,
      },
    ]);
  });
});

describe('a result', () => {
  it('reports the attempts, what was left out and what the sender should know', async () => {
    const { relay } = createNoted([{ id: 't' }]);
    const data = { project_id: undefined, body: { name: 'n', state: 'RUNNING' } };
    const { data: resultData } = await relay.deliver(change({ type: 'migration.sms.task.update' }, data));
    expect(resultData).toMatchObject({ attempts: 1, ignored_fields: ['data.body.state'] });
  });

  it.each<[string, Partial<ChangeRow> | undefined]>([
    ['is gone', undefined],
    ['is in the hands of another', { state: 'CALLING' }],
    ['is idle', { state: 'READY', result: '{}' }],
    ['is done, but damaged', { state: 'DONE' }],
  ])('that could not be stored is not made from a row that %s', async (_what, row) => {
    const relay = relays.create();
    relays.provider.play({ PUT: ok });
    relay.context.ledger.store = async () => false;
    relay.context.ledger.readChange = async () => row as ChangeRow | undefined;
    expect(await relay.deliverBack(change())).toEqual({ reason: 'contended', delay: relay.times.lease });
    expect(relay.published).toEqual([]);
  });

  it('that is unknown keeps the task locked until its lock expires, although its change is DONE', async () => {
    const relay = relays.create();
    relays.provider.play({ PUT: [{ cut: true }, refusal('SMS.7711'), ok], GET: { status: 200, body: {} } });
    const of = () =>
      change({ type: 'migration.sms.task.update' }, { project_id: undefined, task_id: 'held', body: { name: 'n' } });
    const [first, next] = [of(), of()];
    await relay.deliverBack(first);
    relay.pass(relay.times.lease + 1);
    await relay.deliverBack(first);
    expect((await relay.deliver(first)).data.outcome).toBe('unknown');
    expect(await relay.deliverBack(next)).toEqual({ reason: 'subject_locked', delay: relay.times.lease + 1000 });
    relay.pass(relay.times.lease + 1);
    expect((await relay.deliver(next)).data.outcome).toBe('succeeded');
  });
});

describe('a damaged row', () => {
  /** A relay that finds its change's row DONE, without a result. */
  function createDamaged() {
    const relay = relays.create();
    relays.provider.play({ PUT: ok });
    const { claim, storeRefusal } = relay.context.ledger;
    const damaged = ({ result: _lost, ...row }: ChangeRow): ChangeRow => ({ ...row, state: 'DONE' });
    relay.context.ledger.claim = async (request) => ({ isClaimed: false, row: damaged((await claim(request)).row) });
    relay.context.ledger.storeRefusal = async (...refused) => damaged(await storeRefusal(...refused));
    return relay;
  }

  it.each([
    ['of a valid change', change()],
    ['of a refusal', change({}, { body: { resume_mode: 'no' } })],
  ])('%s sends and publishes nothing, and says why', async (_what, sent) => {
    const relay = createDamaged();
    await expect(relay.deliver(sent)).rejects.toThrow('the row of a finished change has no result');
    expect(relays.provider.received).toEqual([]);
    expect(relay.published).toEqual([]);
  });

  it('of a conflict publishes nothing, either', async () => {
    const sent = change();
    await relays.create().deliver({ ...sent, data: { ...sent.data, body: { resume_mode: 'auto' } } });
    const relay = createDamaged();
    await expect(relay.deliver(sent)).rejects.toThrow('the row of a finished change has no result');
    expect(relay.published).toEqual([]);
  });
});
