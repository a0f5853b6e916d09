import { describe, expect, it } from 'vitest';
import { changeKey } from '../../../src/lib/change/parse-record.ts';
import { markOf } from '../../../src/lib/relay/snapshot.ts';
import { useRelays } from '../../support/relay-fixture.ts';
import { ALL_OPERATIONS, change, PROJECT, type RelayUnderTest } from '../../support/relay-under-test.ts';

const relays = useRelays();

/** A change, what a read shows before and after it was applied, and a reply that takes it. */
interface Case {
  type: string;
  data: object;
  before: object;
  after: (sent: Change) => object;
  /** The status of a read afterwards, if it is refused. */
  afterStatus?: number;
  success?: object;
  /** True if no read shows that the change was not applied. It is then repeated. */
  isRepeated?: true;
}
type Change = ReturnType<typeof change>;
const onTask = (body: object) => (task_id: string) => ({ project_id: PROJECT, task_id, body });
const onSmsTask = (body: object) => (task_id: string) => ({ task_id, body });

const CONFIGURATION = {
  ...{ migration_method: 'full_amount_migration', resume_mode: 'auto' },
  ...{ source_instance: { addrs: 'a:1' }, target_instance: { id: 'i' } },
};
const LIMITS = { speed_limit: [{ start: '00:00', end: '08:00', speed: 20 }] };
const OPTIONS = { configurations: [{ config_key: 'LINUX_CPU_LIMIT', config_value: '50' }] };
const NETWORK = { vpc_id: 'v', subnet_id: 's', security_group_id: 'g' };
const IMPORT = {
  ...{ migration_type: 'backupfile_import', migration_method: 'full_amount_migration' },
  ...{ backup_files: { backup_id: 'b' }, target_instance: { id: 'i' } },
};
const SERVER = {
  ...{ name: 'web', type: 'MIGRATE_FILE', os_type: 'LINUX', target_server: { name: 'n', vm_id: 'v' } },
  ...{ region_name: 'r', region_id: 'r', project_name: 'p', project_id: 'p' },
};
const dcsTasks = (...migration_tasks: object[]) => ({ count: migration_tasks.length, migration_tasks });
const marked = (sent: Change, task_name: string) =>
  dcsTasks({ task_id: 'i', task_name, description: markOf(changeKey(sent)) });

/** The cases by operation, for a task or a name of their own. */
const CASES: Record<string, (own: string) => Case> = {
  'configure-dcs-online-migration': (own) => ({
    type: 'migration.dcs.online-migration.configure',
    data: onTask(CONFIGURATION)(own),
    before: { status: 'RUNNING' },
    after: () => ({ status: 'FAILED', ...CONFIGURATION }),
  }),
  'update-dcs-migration-task': (own) => ({
    type: 'migration.dcs.migration-task.update',
    data: onTask({ resume_mode: 'manual' })(own),
    before: { status: 'FULLMIGRATING', resume_mode: 'auto' },
    after: () => ({ status: 'FULLMIGRATING', resume_mode: 'manual' }),
  }),
  'stop-dcs-migration-task': (own) => ({
    type: 'migration.dcs.migration-task.stop',
    data: { project_id: PROJECT, task_id: own },
    before: { status: 'FULLMIGRATING' },
    after: () => ({ status: 'TERMINATING' }),
  }),
  'restart-dcs-online-migration': (own) => ({
    type: 'migration.dcs.online-migration.restart',
    data: { project_id: PROJECT, body: { migration_tasks: [own] } },
    before: { status: 'TERMINATED' },
    after: () => ({ status: 'FULLMIGRATING' }),
    success: { migration_tasks: [{ task_id: own, result: 'success' }] },
  }),
  'delete-dcs-migration-task': (own) => ({
    type: 'migration.dcs.migration-task.delete',
    data: { project_id: PROJECT, body: { task_id_list: [own] } },
    before: { status: 'TERMINATED' },
    after: () => ({ status: 'DELETED' }),
    success: { task_id_list: [own] },
    isRepeated: true,
  }),
  'exchange-dcs-ip': (own) => ({
    type: 'migration.dcs.online-migration.exchange-ip',
    data: { project_id: PROJECT, task_id: own },
    before: { status: 'INCRMIGRATING' },
    after: () => ({ status: 'INCRMIGRATING', task_status: 'EXCHANGING' }),
  }),
  'roll-back-dcs-ip': (own) => ({
    type: 'migration.dcs.online-migration.rollback-ip',
    data: { project_id: PROJECT, task_id: own },
    before: { status: 'SUCCESS', task_status: 'EXCHANGE_SUCCESS' },
    after: () => ({ status: 'SUCCESS', task_status: 'ROLLBACK_SUCCESS' }),
  }),
  'create-dcs-online-migration': (own) => ({
    type: 'migration.dcs.online-migration.create',
    data: { project_id: PROJECT, body: { name: own, ...NETWORK } },
    before: dcsTasks(),
    after: (sent) => marked(sent, own),
    success: { instance_id: 'i' },
  }),
  'create-dcs-backup-import': (own) => ({
    type: 'migration.dcs.backup-import.create',
    data: { project_id: PROJECT, body: { task_name: own, ...IMPORT } },
    before: dcsTasks(),
    after: (sent) => marked(sent, own),
  }),
  'update-sms-task': (own) => ({
    type: 'migration.sms.task.update',
    data: onSmsTask({ name: 'new' })(own),
    before: { id: 't', name: 'old' },
    after: () => ({ id: 't', name: 'new' }),
  }),
  'act-on-sms-task': (own) => ({
    type: 'migration.sms.task.act',
    data: onSmsTask({ operation: 'start' })(own),
    before: { id: 't', state: 'ABORT' },
    after: () => ({ id: 't', state: 'MIGRATE_FAIL' }),
  }),
  'limit-sms-task-speed': (own) => ({
    type: 'migration.sms.task.limit-speed',
    data: onSmsTask(LIMITS)(own),
    before: { speed_limit: [] },
    after: () => LIMITS,
  }),
  'set-sms-task-options': (own) => ({
    type: 'migration.sms.task.set-options',
    data: onSmsTask(OPTIONS)(own),
    before: { configurations: [] },
    after: () => OPTIONS,
  }),
  'delete-sms-task': (own) => ({
    type: 'migration.sms.task.delete',
    data: { task_id: own },
    before: { id: 't', state: 'ABORT' },
    after: () => ({ id: 't', state: 'DELETING' }),
  }),
  'delete-sms-source': (own) => ({
    type: 'migration.sms.source.delete',
    data: { source_id: own },
    before: { id: 's', state: 'waiting' },
    after: () => ({ error_code: 'SMS.7602' }),
    afterStatus: 400,
  }),
  'create-sms-task': (own) => ({
    type: 'migration.sms.task.create',
    data: { body: { ...SERVER, source_server: { id: own } } },
    before: { count: 0, tasks: [] },
    after: () => ({ count: 1, tasks: [{ id: 'i', name: 'web', type: 'MIGRATE_FILE', source_server: { id: own } }] }),
  }),
};
const read = (body: object, status = 200) => ({ status, body });

let count = 0;
/** A case with a change of its own. */
function create(make: (own: string) => Case) {
  count++;
  const { type, data, before, after, afterStatus = 200, success = { id: 'i' }, isRepeated } = make(`subject-${count}`);
  const sent = change({ type, data });
  return { sent, isRepeated, success: read(success), before: read(before), after: read(after(sent), afterStatus) };
}

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
    expect(Object.keys(CASES).sort()).toEqual([...new Set(ALL_OPERATIONS.map(({ name }) => name))].sort());
  });
});

describe.each(Object.entries(CASES))('a 2xx with an error inside, in reply to %s', (name, make) => {
  const needsBaseline = ALL_OPERATIONS.some((one) => one.name === name && !one.repeatable);
  const createsSomething = ALL_OPERATIONS.some((one) => one.name === name && one.createdIn !== undefined);

  it.each(ERRORS)('leaves the change in doubt, and the task shows the outcome: %j', async (body) => {
    const relay = relays.create();
    const { sent, before, after } = create(make);
    const reply = read(body);
    relays.provider.play({ PUT: reply, POST: reply, DELETE: reply, GET: needsBaseline ? [before, after] : after });
    const { data } = await completed(relay, sent);
    expect(data).toMatchObject({ outcome: 'succeeded', confirmed_by: 'read-back' });
    expect(JSON.stringify(data)).not.toContain('CANARY');
  });

  it('is not a success if the task shows no effect, and the request is sent again', async () => {
    const relay = relays.create();
    const { sent, before, after, success, isRepeated } = create(make);
    const replies = [read({ error_code: 'DCS.5000' }), success];
    const reads = createsSomething ? [before, before, before, before, after] : before;
    relays.provider.play({ PUT: [...replies], POST: [...replies], DELETE: [...replies], GET: reads });
    expect((await relay.retryOf(sent)).tried).toMatchObject({ code: 'DCS.5000', status: 200 });
    relay.pass(relay.times.lease + 1);
    expect((await relay.deliverBack(sent)).reason).toBe(isRepeated ? 'outcome_unknown' : 'not_applied');
    // After a second request, the list shows how many there are.
    const { data } = createsSomething ? await completed(relay, sent) : await relay.deliver(sent);
    expect(data).toMatchObject({ outcome: 'succeeded', confirmed_by: createsSomething ? 'read-back' : 'reply' });
    expect(relays.provider.calls()).toHaveLength(2);
  });

  it('shows nothing when it replies to a read, and the task is read again', async () => {
    const relay = relays.create();
    const { sent, before, after } = create(make);
    const wrong = read({ error_code: 'DCS.5000', error_msg: 'x' });
    const cut = { cut: true } as const;
    const reads = [wrong, after];
    relays.provider.play({ PUT: cut, POST: cut, DELETE: cut, GET: needsBaseline ? [before, ...reads] : reads });
    await relay.deliverBack(sent);
    relay.pass(relay.times.lease + 1);
    expect((await relay.deliverBack(sent)).reason).toBe('read_failed');
    relay.pass(1000);
    expect((await relay.deliver(sent)).data.outcome).toBe('succeeded');
  });
});

/** A case of an operation. */
const caseOf = (name: string) => create(CASES[name] as (typeof CASES)[string]);

describe('the read for the baseline', () => {
  it('gives no baseline if the reply is an error with a status member, so equal values later are not a success', async () => {
    const { sent, after } = caseOf('configure-dcs-online-migration');
    const relay = relays.create();
    const wrong = read({ status: 'ERROR', error_code: 'DCS.5000', error_msg: 'x' });
    relays.provider.play({ POST: { cut: true }, GET: [wrong, after] });
    expect((await relay.retryOf(sent)).tried).toMatchObject({ code: 'task_unreadable' });
    relay.pass(60_000);
    const { data } = await completed(relay, sent);
    expect(data.outcome).toBe('unknown');
    expect(relays.provider.calls()).toHaveLength(1);
  });

  it('gives a baseline for a task that failed, although the task names an error', async () => {
    const { sent, after } = caseOf('configure-dcs-online-migration');
    const relay = relays.create();
    const failed = read({ task_id: 't', status: 'ERROR', error_code: 'DCS.5000' });
    relays.provider.play({ POST: after, GET: failed });
    expect((await relay.deliverBack(sent)).reason).toBe('outcome_unknown');
  });
});

describe('a read that confirms a change', () => {
  it('warns of a task that is in a failed state', async () => {
    const { sent, before, after } = caseOf('act-on-sms-task');
    const relay = relays.create();
    relays.provider.play({ POST: { cut: true }, GET: [before, after] });
    const { data } = await completed(relay, sent);
    expect(data.warnings).toEqual(['the task is in a failed state: MIGRATE_FAIL']);
  });
});
