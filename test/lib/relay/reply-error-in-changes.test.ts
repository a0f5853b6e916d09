import { describe, expect, it } from 'vitest';
import { useRelays } from '../../support/relay-fixture.ts';
import { ALL_OPERATIONS, change, PROJECT, type RelayUnderTest } from '../../support/relay-under-test.ts';

const relays = useRelays();
const DCS = { project_id: PROJECT, task_id: 'reply-error' };
const SIDES = { source_instance: { addrs: 'a:1' }, target_instance: { id: 'i' } };

/** For each operation a change, what its task shows before, and what it shows once the change was applied. */
const CARRIED: Record<string, { sent: () => object; before: object; after: object }> = {
  'configure-dcs-online-migration': {
    sent: () =>
      of('migration.dcs.online-migration.configure', {
        ...DCS,
        body: { migration_method: 'full_amount_migration', resume_mode: 'auto', ...SIDES },
      }),
    before: { status: 'RUNNING' },
    after: { status: 'FAILED', migration_method: 'full_amount_migration', resume_mode: 'auto', ...SIDES },
  },
  'update-dcs-migration-task': {
    sent: () => of('migration.dcs.migration-task.update', { ...DCS, body: { resume_mode: 'manual' } }),
    before: { status: 'FULLMIGRATING', resume_mode: 'auto' },
    after: { status: 'FULLMIGRATING', resume_mode: 'manual' },
  },
  'update-sms-task': {
    sent: () => of('migration.sms.task.update', { task_id: 'reply-error', body: { name: 'new' } }),
    before: { id: 't', name: 'old' },
    after: { id: 't', name: 'new' },
  },
  'act-on-sms-task': {
    sent: () => of('migration.sms.task.act', { task_id: 'reply-error', body: { operation: 'start' } }),
    before: { id: 't', state: 'ABORT' },
    after: { id: 't', state: 'MIGRATE_FAIL' },
  },
};
let count = 0;
const of = (type: string, data: object) => {
  count++;
  return change({ type }, { project_id: undefined, ...data, task_id: `reply-error-${count}` });
};

const ERRORS = [
  { error_code: 'DCS.5000', error_msg: 'CANARY' },
  { error_msg: 'CANARY' },
  { error: { code: 'SMS.6000', message: 'CANARY' } },
  { id: 'i', status: 'FAILED', error: '' },
  { error: 'CANARY' },
];

/** Delivers until the change has a result; the task is read at `GET`. */
async function completed(relay: RelayUnderTest, sent: object) {
  expect((await relay.deliverBack(sent)).reason).toBe('outcome_unknown');
  relay.pass(relay.times.lease + 1);
  return relay.deliver(sent);
}

describe('the list of tested operations', () => {
  it('has every operation', () => {
    expect(Object.keys(CARRIED).sort()).toEqual([...new Set(ALL_OPERATIONS.map(({ name }) => name))].sort());
  });
});

describe.each(Object.entries(CARRIED))(
  'a 2xx that contains an error, in reply to %s',
  (_name, { sent, before, after }) => {
    it.each(ERRORS)('leaves the change in doubt, and the task shows the outcome: %j', async (body) => {
      const relay = relays.create();
      const reply = { status: 200, body };
      const reading = (task: object) => ({ status: 200, body: task });
      const isRead = _name === 'configure-dcs-online-migration' || _name === 'act-on-sms-task';
      relays.provider.play({
        ...{ PUT: reply, POST: reply },
        GET: [...(isRead ? [reading(before)] : []), reading(after)],
      });
      const { data } = await completed(relay, sent());
      expect(data).toMatchObject({ outcome: 'succeeded', confirmed_by: 'read-back' });
      expect(JSON.stringify(data)).not.toContain('CANARY');
    });

    it('is not a success if the task shows no effect, and the request is sent again', async () => {
      const relay = relays.create();
      const reply = [
        { status: 200, body: { error_code: 'DCS.5000' } },
        { status: 200, body: { id: 'i' } },
      ];
      relays.provider.play({ PUT: [...reply], POST: [...reply], GET: { status: 200, body: before } });
      const change_ = sent();
      expect((await relay.retryOf(change_)).tried).toMatchObject({ code: 'DCS.5000', status: 200 });
      relay.pass(relay.times.lease + 1);
      expect((await relay.deliverBack(change_)).reason).toBe('not_applied');
      expect((await relay.deliver(change_)).data).toMatchObject({ outcome: 'succeeded', confirmed_by: 'reply' });
      expect(relays.provider.calls()).toHaveLength(2);
    });

    it('shows nothing when it replies to a read, and the task is read again', async () => {
      const relay = relays.create();
      const isRead = _name === 'configure-dcs-online-migration' || _name === 'act-on-sms-task';
      const wrong = { status: 200, body: { error_code: 'DCS.5000', error_msg: 'x' } };
      relays.provider.play({
        ...{ PUT: { cut: true }, POST: { cut: true } },
        GET: [...(isRead ? [{ status: 200, body: before }] : []), wrong, { status: 200, body: after }],
      });
      const change_ = sent();
      await relay.deliverBack(change_);
      relay.pass(relay.times.lease + 1);
      expect((await relay.deliverBack(change_)).reason).toBe('read_failed');
      relay.pass(1000);
      expect((await relay.deliver(change_)).data.outcome).toBe('succeeded');
    });
  },
);

describe('the read for the baseline', () => {
  it('gives no baseline if the reply is an error with a status member, so equal values later are not a success', async () => {
    const { sent, after } = CARRIED['configure-dcs-online-migration'] as (typeof CARRIED)[string];
    const relay = relays.create();
    const wrong = { status: 'ERROR', error_code: 'DCS.5000', error_msg: 'x' };
    relays.provider.play({ POST: { cut: true }, GET: [wrong, after].map((body) => ({ status: 200, body })) });
    const change_ = sent();
    expect((await relay.retryOf(change_)).tried).toMatchObject({ code: 'task_unreadable' });
    relay.pass(60_000);
    const { data } = await completed(relay, change_);
    expect(data.outcome).toBe('unknown');
    expect(relays.provider.calls()).toHaveLength(1);
  });

  it('gives a baseline for a task that failed, although the task names an error', async () => {
    const { sent, after } = CARRIED['configure-dcs-online-migration'] as (typeof CARRIED)[string];
    const relay = relays.create();
    const failed = { task_id: 't', status: 'ERROR', error_code: 'DCS.5000' };
    relays.provider.play({ POST: { status: 200, body: after }, GET: { status: 200, body: failed } });
    expect((await relay.deliverBack(sent())).reason).toBe('outcome_unknown');
  });
});

describe('a read that confirms a change', () => {
  it('warns of a task that is in a failed state', async () => {
    const { sent, before, after } = CARRIED['act-on-sms-task'] as (typeof CARRIED)[string];
    const relay = relays.create();
    relays.provider.play({ POST: { cut: true }, GET: [before, after].map((body) => ({ status: 200, body })) });
    const { data } = await completed(relay, sent());
    expect(data.warnings).toEqual(['the task is in a failed state: MIGRATE_FAIL']);
  });
});
