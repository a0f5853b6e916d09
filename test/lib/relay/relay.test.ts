import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { changeKey } from '../../../src/lib/change/parse-record.ts';
import { createRelay } from '../../../src/lib/relay/relay.ts';
import { removalOf, timesAt } from '../../../src/lib/relay/times.ts';
import { type LedgerTable, startLedgerTable } from '../../support/ledger-table.ts';
import {
  change,
  createRelayUnderTest,
  endWorkerAt,
  errorOf,
  FIRST_KEYS,
  PROJECT,
  type RelayUnderTest,
  ROTATED_KEYS,
} from '../../support/relay-under-test.ts';
import { REQUEST_ID, type ScriptedProvider, startScriptedProvider } from '../../support/scripted-provider.ts';

let table: LedgerTable;
let provider: ScriptedProvider;
const open: RelayUnderTest[] = [];
const create = (over?: Parameters<typeof createRelayUnderTest>[2]) => {
  const relay = createRelayUnderTest(table, provider, over);
  open.push(relay);
  return relay;
};

beforeAll(async () => {
  table = await startLedgerTable();
  provider = await startScriptedProvider();
});
afterEach(async () => {
  for (const relay of open.splice(0)) await relay.stop();
});
afterAll(async () => {
  await provider.stop();
  await table.stop();
});

const ok = { status: 200 };
const shows = (resume_mode: string) => ({ status: 200, body: { task_id: 't', status: 'FULLMIGRATING', resume_mode } });
const refusal = (error_code: string, status = 400) => ({
  status,
  body: { error_code, error_msg: 'CANARY-PROVIDER-TEXT' },
});

describe('a change that the provider takes', () => {
  it('is sent once, as asked, and ends as succeeded, confirmed by the reply', async () => {
    const relay = create();
    provider.play({ PUT: ok });
    const sent = change({}, { task_id: 'task-1' });
    const result = await relay.deliver(sent);
    expect(provider.calls()).toHaveLength(1);
    expect(provider.calls()[0]).toMatchObject({
      method: 'PUT',
      path: `/v2/${PROJECT}/migration-task/task-1`,
      body: '{"resume_mode":"manual"}',
    });
    expect(result).toMatchObject({
      type: 'migration.dcs.migration-task.update.succeeded',
      source: 'migration-relay.test',
      data: {
        outcome: 'succeeded',
        confirmed_by: 'reply',
        operation: 'update-dcs-migration-task',
        provider: { status: 200, request_id: REQUEST_ID },
        change: { id: sent.id, subject: { service: 'dcs', kind: 'migration-task', id: 'task-1', project_id: PROJECT } },
      },
    });
    expect(relay.published).toEqual([
      { source: 'migration-relay.test', detailType: result.type, detail: JSON.stringify(result) },
    ]);
  });

  it('is not sent again when it is delivered again, and the same bytes are published', async () => {
    const relay = create();
    provider.play({ PUT: ok });
    const sent = change();
    await relay.deliver(sent);
    relay.pass(86_400_000);
    await relay.deliver({
      ...sent,
      time: '2026-02-02T00:00:00Z',
      traceparent: `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01`,
    });
    expect(provider.calls()).toHaveLength(1);
    expect(relay.published).toHaveLength(2);
    expect(relay.published[1]).toEqual(relay.published[0]);
  });

  it('is recognised after its fingerprint key was replaced', async () => {
    provider.play({ PUT: ok });
    const sent = change();
    const first = await create().deliver(sent);
    const second = await create({ fingerprintKeys: async () => ROTATED_KEYS }).deliver(sent);
    expect(second).toEqual(first);
    expect(provider.calls()).toHaveLength(1);
  });

  it('is tried again under the key of its row if the key is replaced between two attempts', async () => {
    provider.play({ PUT: [refusal('APIGW.0308', 429), ok] });
    const sent = change();
    await create().deliverBack(sent);
    const result = await create({ fingerprintKeys: async () => ROTATED_KEYS }).deliver(sent);
    expect(result.data).toMatchObject({ outcome: 'succeeded', attempts: 2 });
  });

  it('keeps the digits of an int64', async () => {
    const relay = create();
    provider.play({ PUT: { status: 200, body: { id: 'task-sms' } } });
    const body = '{"name":"n","target_server":{"memory":9223372036854775807}}';
    const text = JSON.stringify(change({ type: 'migration.sms.task.update' }, { body: 0 }))
      .replace(`"project_id":"${PROJECT}",`, '')
      .replace('"body":0', `"body":${body}`);
    expect((await relay.deliver(text)).data.outcome).toBe('succeeded');
    expect(provider.calls()[0]?.body).toBe(body);
  });

  it('reports what was left out and what the sender should know', async () => {
    const relay = create();
    provider.play({ PUT: { status: 200, body: { id: 'x' } } });
    const data = { project_id: undefined, body: { name: 'n', state: 'RUNNING', float_ip: null } };
    const result = await relay.deliver(change({ type: 'migration.sms.task.update' }, data));
    expect(result.data.ignored_fields).toEqual(['data.body.state']);
    expect(JSON.parse(provider.calls()[0]?.body ?? '')).toEqual({ name: 'n' });
  });

  it('is read under the revision in its dataschema, not under the setting', async () => {
    const relay = create();
    provider.play({ PUT: { status: 200, body: { id: 'x' } } });
    const event = change(
      { type: 'migration.sms.task.update', dataschema: 'https://example.com/schemas/2024-09' },
      { project_id: undefined, body: { state: 'RUNNING' } },
    );
    expect((await relay.deliver(event)).data.ignored_fields).toBeUndefined();
    expect(JSON.parse(provider.calls()[0]?.body ?? '')).toEqual({ state: 'RUNNING' });
  });
});

describe('a faulty change', () => {
  it.each([
    ['an unknown field', change({}, { body: { resume_mode: 'auto', colour: 'red' } }), 'data.body.colour'],
    ['a value outside of its list', change({}, { body: { resume_mode: 'CANARY' } }), 'data.body.resume_mode'],
    ['an id that would change the route', change({}, { task_id: '../x' }), 'data.task_id'],
    ['a type that nobody knows', change({ type: 'migration.other' }), 'type'],
    ['a wrong sequence', change({ sequence: '-1' }), 'sequence'],
    ['another version of CloudEvents', change({ specversion: '0.3' }), 'specversion'],
  ])('with %s is rejected by its path, never sent, and its value never repeated', async (_what, sent, path) => {
    const relay = create();
    provider.play({ PUT: ok });
    const result = await relay.deliver(sent);
    expect(result.data).toMatchObject({
      outcome: 'rejected',
      error: { code: 'change_invalid', origin: 'relay', retryable: false },
    });
    expect(errorOf(result)?.problems?.map((problem) => problem.path)).toContain(path);
    expect(provider.received).toHaveLength(0);
    expect(JSON.stringify(relay.published)).not.toContain('CANARY');
  });

  it('stays rejected: a corrected one under the old id is a conflict with a result of its own', async () => {
    const relay = create();
    provider.play({ PUT: ok });
    const wrong = change({}, { body: { resume_mode: 'no' } });
    const first = await relay.deliver(wrong);
    const second = await relay.deliver({ ...wrong, data: { ...wrong.data, body: { resume_mode: 'auto' } } });
    expect(errorOf(second)?.code).toBe('idempotency_conflict');
    expect(second.id).not.toBe(first.id);
    expect(await relay.deliver(wrong)).toEqual(first);
    expect(provider.received).toHaveLength(0);
  });

  it.each([
    ['its sequence', { sequence: '-1' }],
    ['its version', { specversion: '0.3' }],
    ['its base64', { data: undefined, data_base64: '{' }],
  ])('that is corrected in %s alone is another change: a conflict, not the old result', async (_what, fault) => {
    const relay = create();
    provider.play({ PUT: ok });
    const right = change();
    const first = await relay.deliver({ ...right, ...fault });
    const second = await relay.deliver(right);
    expect(errorOf(first)?.code).toBe('change_invalid');
    expect(errorOf(second)?.code).toBe('idempotency_conflict');
    expect(second.id).not.toBe(first.id);
    expect(await relay.deliver({ ...right, ...fault })).toEqual(first);
  });

  it('that uses an id again with other content is refused; the first change is untouched, and each keeps its one result', async () => {
    const relay = create();
    provider.play({ PUT: ok });
    const sent = change();
    const other = { ...sent, data: { ...sent.data, body: { resume_mode: 'auto' } } };
    const first = await relay.deliver(sent);
    const conflict = await relay.deliver(other);
    relay.pass(1000);
    expect(conflict.data).toMatchObject({
      outcome: 'rejected',
      error: { code: 'idempotency_conflict', class: 'conflict' },
    });
    expect(await relay.deliver(other)).toEqual(conflict);
    expect(await relay.deliver(sent)).toEqual(first);
    expect(provider.calls()).toHaveLength(1);
  });

  it('that conflicts keeps its one result after its fingerprint key was replaced', async () => {
    provider.play({ PUT: ok });
    const [one, two] = [create(), create({ fingerprintKeys: async () => ROTATED_KEYS })];
    const sent = change();
    const other = { ...sent, data: { ...sent.data, body: { resume_mode: 'auto' } } };
    await one.deliver(sent);
    expect(await two.deliver(other)).toEqual(await one.deliver(other));
  });

  it.each([
    ['no JSON', '{"CANARY'],
    ['JSON that is no object', '"CANARY"'],
    ['an object without id', '{"specversion":"1.0","source":"CANARY"}'],
    ['nesting without end', `${'['.repeat(100_000)}`],
  ])(
    'that is not a change (%s) is named by the hash of its bytes, and its result contains none of them',
    async (_what, body) => {
      const relay = create();
      const result = await relay.deliver(body);
      expect(result.type).toBe('migration.change.rejected');
      expect(result.data.change.hash).toMatch(/^[0-9a-f]{64}$/);
      expect(errorOf(result)?.code).toBe('change_unreadable');
      expect(JSON.stringify(result)).not.toContain('CANARY');
      expect(await relay.deliver(body)).toEqual(result);
    },
  );

  it('is unwrapped from EventBridge and from SNS first', async () => {
    const relay = create();
    provider.play({ PUT: ok });
    const [one, two] = [change(), change()];
    const bridged = { version: '0', id: 'e', 'detail-type': 'x', source: 'y', detail: one };
    const notified = { Type: 'Notification', MessageId: 'm', Message: JSON.stringify(two) };
    expect((await relay.deliver(bridged)).data.change.id).toBe(one.id);
    expect((await relay.deliver(notified)).data.change.id).toBe(two.id);
  });

  it('that itself contains a secret is refused where the environment forbids that', async () => {
    const relay = create();
    relay.context.validation.allowInlineSecrets = false;
    const side = { addrs: '10.0.0.1:6379', password: 'CANARY-PASSWORD' };
    const body = {
      migration_method: 'full_amount_migration',
      resume_mode: 'auto',
      source_instance: side,
      target_instance: { id: 'i' },
    };
    const result = await relay.deliver(change({ type: 'migration.dcs.online-migration.configure' }, { body }));
    expect(errorOf(result)).toMatchObject({
      code: 'inline_secret_refused',
      problems: [{ path: 'data.body.source_instance.password' }],
    });
    expect(JSON.stringify(relay.published) + (await table.dump())).not.toContain('CANARY-PASSWORD');
  });
});

describe('a refusal of the provider', () => {
  it.each([
    ['DCS.4133', 400, 'rejected', 'not_found'],
    ['111400063', 400, 'rejected', 'invalid_request'],
    ['DCS.4957', 400, 'rejected', 'conflict'],
    ['SMS.9004', 403, 'failed', 'forbidden'],
    ['APIGW.0101', 404, 'failed', 'not_found'],
  ])('%s with HTTP %i ends the change as %s (%s) after one request', async (code, status, outcome, kind) => {
    const relay = create();
    provider.play({ PUT: refusal(code, status) });
    const result = await relay.deliver(change());
    expect(result.data).toMatchObject({ outcome, error: { class: kind, origin: 'provider' }, provider: { status } });
    expect(provider.calls()).toHaveLength(1);
    expect(JSON.stringify(result)).not.toContain('CANARY');
  });

  it('for now is tried again, not sooner than the provider asks, and then succeeds', async () => {
    const relay = create();
    provider.play({ PUT: [{ ...refusal('APIGW.0308', 429), headers: { 'retry-after': '7' } }, ok] });
    const sent = change();
    expect(await relay.deliverBack(sent)).toEqual({ reason: 'provider_busy', delay: 7000 });
    expect((await relay.deliver(sent)).data).toMatchObject({ outcome: 'succeeded', attempts: 2 });
  });

  it('for now ends as failed when the attempts are used up', async () => {
    const relay = create();
    provider.play({ PUT: refusal('DCS.4111') });
    const sent = change();
    for (let count = 0; count < 3; count++) expect((await relay.deliverBack(sent)).reason).toBe('provider_busy');
    const result = await relay.deliver(sent);
    expect(result.data).toMatchObject({ outcome: 'failed', attempts: 4, error: { code: 'DCS.4111', retryable: true } });
    expect(provider.calls()).toHaveLength(4);
  });

  it('for now ends as failed when the total age is over', async () => {
    const relay = create();
    provider.play({ PUT: refusal('DCS.4111') });
    const sent = change();
    await relay.deliverBack(sent);
    relay.pass(3_600_001);
    expect((await relay.deliver(sent)).data).toMatchObject({ outcome: 'failed', attempts: 2 });
  });
});

describe('a request in doubt', () => {
  it('is not repeated during its lease; then the task is read back, and confirms it', async () => {
    const relay = create();
    provider.play({ PUT: { cut: true }, GET: shows('manual') });
    const sent = change();
    const { reason, delay } = await relay.deliverBack(sent);
    expect(reason).toBe('outcome_unknown');
    expect(delay).toBeGreaterThanOrEqual(relay.times.lease);
    expect((await relay.deliverBack(sent)).reason).toBe('lease_held');
    relay.pass(relay.times.lease + 1);
    expect((await relay.deliver(sent)).data).toMatchObject({
      outcome: 'succeeded',
      confirmed_by: 'read-back',
      attempts: 2,
    });
    expect(provider.calls()).toHaveLength(1);
  });

  it('is sent again only after two reads that show it was not applied, in a delivery of its own', async () => {
    const relay = create();
    provider.play({ PUT: [{ status: 502, body: '<html>' }, ok], GET: shows('auto') });
    const sent = change();
    await relay.deliverBack(sent);
    relay.pass(relay.times.lease + 1);
    expect((await relay.deliverBack(sent)).reason).toBe('not_applied');
    expect(provider.reads()).toHaveLength(2);
    expect(provider.calls()).toHaveLength(1);
    expect((await relay.deliver(sent)).data).toMatchObject({ outcome: 'succeeded', confirmed_by: 'reply' });
    expect(provider.calls()).toHaveLength(2);
  });

  it('counts as applied if the second read shows it', async () => {
    const relay = create();
    provider.play({ PUT: { status: 504 }, GET: [shows('auto'), shows('manual')] });
    const sent = change();
    await relay.deliverBack(sent);
    relay.pass(relay.times.lease + 1);
    expect((await relay.deliver(sent)).data).toMatchObject({ outcome: 'succeeded', confirmed_by: 'read-back' });
  });

  it('is read back again if the task cannot be read, and ends as unknown when the attempts are used up', async () => {
    const relay = create();
    provider.play({ PUT: { cut: true }, GET: { status: 503 } });
    const sent = change();
    await relay.deliverBack(sent);
    relay.pass(relay.times.lease + 1);
    for (let count = 0; count < 2; count++) {
      expect((await relay.deliverBack(sent)).reason).toBe('read_failed');
      relay.pass(1);
    }
    const result = await relay.deliver(sent);
    expect(result.data).toMatchObject({ outcome: 'unknown', error: { code: 'outcome_unknown' } });
    expect(provider.calls()).toHaveLength(1);
  });

  it('makes a later refusal count only after the task was read', async () => {
    const relay = create();
    provider.play({
      PUT: [{ cut: true }, refusal('SMS.6005')],
      GET: [
        { status: 200, body: {} },
        { status: 200, body: { name: 'n' } },
      ],
    });
    const sent = change({ type: 'migration.sms.task.update' }, { project_id: undefined, body: { name: 'n' } });
    await relay.deliverBack(sent);
    relay.pass(relay.times.lease + 1);
    expect((await relay.deliverBack(sent)).reason).toBe('outcome_unknown');
    expect((await relay.deliver(sent)).data).toMatchObject({ outcome: 'succeeded', confirmed_by: 'read-back' });
  });

  it('that no read can confirm is repeated if that is harmless, and ends as unknown', async () => {
    const relay = create();
    provider.play({ PUT: { cut: true }, GET: { status: 200, body: { name: 'other' } } });
    const sent = change({ type: 'migration.sms.task.update' }, { project_id: undefined, body: { use_ipv6: true } });
    await relay.deliverBack(sent);
    relay.pass(relay.times.lease + 1);
    expect((await relay.deliverBack(sent)).reason).toBe('outcome_unknown');
    await relay.deliverBack(sent);
    relay.pass(relay.times.lease + 1);
    const result = await relay.deliver(sent);
    expect(result.data).toMatchObject({ outcome: 'unknown', unverified_fields: ['data.body.use_ipv6'] });
    expect(provider.calls()).toHaveLength(2);
  });

  it('is read back although the lock of an earlier attempt is written after its own', async () => {
    const relay = create();
    provider.play({ PUT: [refusal('APIGW.0308', 429), { cut: true }], GET: shows('manual') });
    const sent = change();
    const { ledger } = relay.context;
    const { acquireLock } = ledger;
    const requests: Parameters<typeof acquireLock>[0][] = [];
    ledger.acquireLock = (request) => {
      requests.push(request);
      return acquireLock(request);
    };
    await relay.deliverBack(sent);
    await relay.deliverBack(sent);
    expect(requests[0] && (await acquireLock(requests[0]))).toMatchObject({ owner: requests[0]?.owner });
    relay.pass(relay.times.lease + 1);
    expect((await relay.deliver(sent)).data).toMatchObject({ outcome: 'succeeded', confirmed_by: 'read-back' });
    expect(provider.calls()).toHaveLength(2);
  });

  it('still counts as not sent if a second worker ends during the take-over', async () => {
    const relay = create();
    provider.play({ PUT: ok });
    const sent = change();
    const { ledger } = relay.context;
    const { acquireLock, release } = ledger;
    ledger.acquireLock = () => Promise.reject(new Error('the worker ends here'));
    ledger.release = () => Promise.reject(new Error('the worker ends here'));
    for (let count = 0; count < 2; count++) {
      await expect(relay.deliver(sent)).rejects.toThrow('the worker ends here');
      relay.pass(relay.times.lease + 1);
    }
    Object.assign(ledger, { acquireLock, release });
    await relay.deliverBack(sent);
    expect((await relay.deliver(sent)).data.outcome).toBe('succeeded');
    expect(provider.reads()).toHaveLength(0);
  });

  it('counts as not sent if the worker ended before it had the lock, without asking the provider', async () => {
    const relay = create();
    provider.play({ PUT: ok });
    const sent = change();
    const undo = endWorkerAt(relay.context.ledger, 'acquireLock');
    await expect(relay.deliver(sent)).rejects.toThrow('the worker ends here');
    undo();
    relay.pass(relay.times.lease + 1);
    expect((await relay.deliverBack(sent)).reason).toBe('contended');
    expect((await relay.deliver(sent)).data.outcome).toBe('succeeded');
    expect(provider.reads()).toHaveLength(0);
    expect(provider.calls()).toHaveLength(1);
  });
});

describe('an operation that must not repeat', () => {
  const body = {
    migration_method: 'full_amount_migration',
    resume_mode: 'auto',
    source_instance: { addrs: '10.0.0.1:6379', password_ref: 'redis/source' },
    target_instance: { id: 'instance-1' },
  };
  const configure = () => change({ type: 'migration.dcs.online-migration.configure' }, { body });
  const waiting = { status: 200, body: { status: 'RUNNING' } };
  const configured = {
    status: 200,
    body: {
      status: 'FULLMIGRATING',
      migration_method: 'full_amount_migration',
      resume_mode: 'auto',
      source_instance: { addrs: '10.0.0.1:6379', password: 'CANARY-SHOWN' },
      target_instance: { id: 'instance-1' },
    },
  };
  const reply = { status: 200, body: { id: 't', name: 'n', status: 'FULLMIGRATING', error: '' } };

  it('reads the task before its first request, and sends the secret that the reference names', async () => {
    const relay = create();
    provider.play({ POST: reply, GET: waiting });
    const result = await relay.deliver(configure());
    expect(provider.received.map(({ method }) => method)).toEqual(['GET', 'POST']);
    expect(JSON.parse(provider.calls()[0]?.body ?? '').source_instance).toEqual({
      addrs: '10.0.0.1:6379',
      password: 'value-of-redis/source',
    });
    expect(result.data).toMatchObject({ outcome: 'succeeded', reply: { status: 'FULLMIGRATING' } });
    expect(JSON.stringify(relay.published) + (await table.dump())).not.toContain('value-of-redis');
  });

  it('is confirmed by a read that shows the new values, which the baseline did not have', async () => {
    const relay = create();
    provider.play({ POST: { cut: true }, GET: [waiting, configured] });
    const sent = configure();
    await relay.deliverBack(sent);
    relay.pass(relay.times.lease + 1);
    const result = await relay.deliver(sent);
    expect(result.data).toMatchObject({
      outcome: 'succeeded',
      confirmed_by: 'read-back',
      unverified_fields: ['data.body.source_instance.password_ref'],
    });
    expect(provider.calls()).toHaveLength(1);
    expect(JSON.stringify(relay.published) + (await table.dump())).not.toContain('CANARY');
  });

  it('is not confirmed by values that the baseline had already', async () => {
    const relay = create();
    provider.play({ POST: { cut: true }, GET: configured });
    const sent = configure();
    await relay.deliverBack(sent);
    relay.pass(relay.times.lease + 1);
    expect((await relay.deliver(sent)).data.outcome).toBe('unknown');
    expect(provider.calls()).toHaveLength(1);
  });

  it('is sent again when two reads equal the baseline', async () => {
    const relay = create();
    provider.play({ POST: [{ cut: true }, reply], GET: waiting });
    const sent = configure();
    await relay.deliverBack(sent);
    relay.pass(relay.times.lease + 1);
    expect((await relay.deliverBack(sent)).reason).toBe('not_applied');
    expect((await relay.deliver(sent)).data.outcome).toBe('succeeded');
    expect(provider.calls()).toHaveLength(2);
  });

  it('ends as rejected when the task of its baseline does not exist', async () => {
    const relay = create();
    provider.play({ POST: reply, GET: refusal('DCS.4133') });
    expect((await relay.deliver(configure())).data).toMatchObject({ outcome: 'rejected', error: { code: 'DCS.4133' } });
    expect(provider.calls()).toHaveLength(0);
  });

  it('warns of a 200 that contains an error, and reads the task', async () => {
    const relay = create();
    provider.play({ POST: { status: 200, body: { ...reply.body, error: 'CANARY' } }, GET: [waiting, configured] });
    const sent = configure();
    expect((await relay.deliverBack(sent)).reason).toBe('outcome_unknown');
    relay.pass(relay.times.lease + 1);
    expect(await relay.deliver(sent)).toMatchObject({ data: { confirmed_by: 'read-back' } });
  });
});

describe('the order of a task', () => {
  const of = (task_id: string, over: Record<string, unknown> = {}) => change(over, { task_id });

  it('does not send a change that is older than one already handled', async () => {
    const relay = create();
    provider.play({ PUT: ok });
    await relay.deliver(of('order-1', { sequence: '10' }));
    expect((await relay.deliver(of('order-1', { sequence: '9' }))).data).toMatchObject({
      outcome: 'superseded',
      error: { code: 'newer_change_handled' },
    });
    expect((await relay.deliver(of('order-1', { sequence: '10' }))).data.outcome).toBe('succeeded');
    expect((await relay.deliver(of('order-1'))).data.outcome).toBe('succeeded');
    expect(provider.calls()).toHaveLength(3);
  });

  it('compares sequences as integers of up to 38 digits', async () => {
    const relay = create();
    provider.play({ PUT: ok });
    const high = '99999999999999999999999999999999999999';
    await relay.deliver(of('order-2', { sequence: high }));
    expect((await relay.deliver(of('order-2', { sequence: `${high.slice(0, -1)}8` }))).data.outcome).toBe('superseded');
  });

  it('keeps a later change waiting while the outcome of an earlier one is open, and no longer', async () => {
    const relay = create();
    provider.play({ PUT: [{ cut: true }, ok], GET: shows('manual') });
    const [first, second] = [of('order-3'), of('order-3')];
    await relay.deliverBack(first, '1');
    expect((await relay.deliverBack(second, '2')).reason).toBe('subject_locked');
    expect(provider.calls()).toHaveLength(1);
    relay.pass(relay.times.lease + 1);
    expect((await relay.deliverBack(second, '2')).reason).toBe('subject_locked');
    await relay.deliver(first, '1');
    expect((await relay.deliver(second, '2')).data).toMatchObject({ outcome: 'succeeded', attempts: 1 });
  });

  it('lets a change wait for a lock no longer than its total age', async () => {
    const relay = create();
    provider.play({ PUT: [{ cut: true }, ok] });
    const [first, second] = [of('order-4'), of('order-4')];
    await relay.deliverBack(first);
    await relay.deliverBack(second);
    relay.pass(3_600_001);
    await relay.deliver(second).catch(() => undefined);
    expect(provider.calls().length).toBeLessThanOrEqual(2);
  });

  it('lets a change wait for one whose message is in the dead-letter queue without using up its receives', async () => {
    const relay = create({ policy: { maxAttempts: 10, maxAge: 86_400_000, times: timesAt(1), random: () => 0 } });
    provider.play({ PUT: [{ cut: true }, ok] });
    const [first, second] = [of('order-7'), of('order-7')];
    await relay.deliverBack(first, '1');
    let receives = 0;
    for (let waited = 0; waited < 86_400_000; receives++) {
      const { delay } = await relay.deliverBack(second, '2');
      const wait = Math.max(1000, delay);
      relay.pass(wait);
      waited += wait;
    }
    expect(receives).toBeLessThan(100);
  });

  it('does not send a change from the dead-letter queue after a newer one', async () => {
    const relay = create();
    provider.play({ PUT: [refusal('APIGW.0308', 429), ok] });
    const [old, newer] = [of('order-5'), of('order-5')];
    await relay.deliverBack(old, '100');
    await relay.deliver(newer, '101');
    expect((await relay.deliver(old, '900')).data.outcome).toBe('superseded');
    expect(provider.calls()).toHaveLength(2);
  });

  it('keeps the tasks of two projects apart', async () => {
    const relay = create();
    provider.play({ PUT: ok });
    await relay.deliver(of('order-6', { sequence: '5' }));
    const other = change({ sequence: '1' }, { task_id: 'order-6', project_id: 'f'.repeat(32) });
    expect((await relay.deliver(other)).data.outcome).toBe('succeeded');
  });
});

describe('a change that another delivery has claimed', () => {
  it('is left alone until its lease is over, to the last millisecond', async () => {
    const relay = create();
    provider.play({ PUT: { cut: true }, GET: shows('manual') });
    const sent = change();
    await relay.deliverBack(sent);
    relay.pass(20_000);
    expect(await relay.retryOf(sent)).toMatchObject({
      reason: 'lease_held',
      delay: 51_000,
      change: { id: sent.id },
    });
    relay.pass(50_000);
    expect(await relay.deliverBack(sent)).toEqual({ reason: 'lease_held', delay: 1000 });
    relay.pass(1);
    expect((await relay.deliver(sent)).data.outcome).toBe('succeeded');
  });

  it('is left alone when it was claimed and released meanwhile, twice', async () => {
    const relay = create();
    provider.play({ PUT: refusal('APIGW.0308', 429) });
    const sent = change();
    await relay.deliverBack(sent);
    const row = await relay.context.ledger.readChange(changeKey(sent));
    if (!row) throw new Error('no row');
    relay.context.ledger.claim = async () => ({ isClaimed: false, row });
    expect(await relay.deliverBack(sent)).toEqual({ reason: 'contended', delay: 2000 });
    expect(provider.calls()).toHaveLength(1);
  });

  it('costs one claim and one read of the keys, both at first and when it is done', async () => {
    let keys = 0;
    const relay = create({
      fingerprintKeys: async () => {
        keys++;
        return FIRST_KEYS;
      },
    });
    provider.play({ PUT: ok });
    const { claim } = relay.context.ledger;
    let claims = 0;
    relay.context.ledger.claim = (request) => {
      claims++;
      return claim(request);
    };
    const sent = change();
    for (const times of [1, 2]) {
      await relay.deliver(sent);
      expect({ claims, keys }).toEqual({ claims: times, keys: times });
    }
  });

  it('is claimed with a lease, its arrival and its fingerprint', async () => {
    const relay = create({ newOwner: () => 'worker-1' });
    provider.play({ PUT: { cut: true } });
    const sent = change();
    const began = relay.context.now();
    await relay.deliverBack(sent, '42');
    expect(await relay.context.ledger.readChange(changeKey(sent))).toEqual({
      key: changeKey(sent),
      state: 'CALLING',
      fingerprint: { keyId: 'k1', mac: expect.stringMatching(/^[0-9a-f]{64}$/) },
      owner: 'worker-1',
      lease: began + relay.times.lease,
      attempts: 1,
      firstSeen: began,
      arrival: '42',
      group: '',
      doubt: false,
      ttl: removalOf(began),
    });
  });

  it('is taken over with a full lease', async () => {
    const relay = create();
    provider.play({ PUT: { cut: true }, GET: { status: 503 } });
    const sent = change();
    await relay.deliverBack(sent);
    relay.pass(relay.times.lease + 1);
    const { ledger } = relay.context;
    ledger.note = () => Promise.reject(new Error('the worker ends here'));
    await expect(relay.deliver(sent)).rejects.toThrow('the worker ends here');
    expect(await ledger.readChange(changeKey(sent))).toMatchObject({
      state: 'CALLING',
      lease: relay.context.now() + relay.times.lease,
      doubt: true,
    });
  });

  it('counts as not sent if its worker ended before the request, and is released at once', async () => {
    const relay = create();
    provider.play({ PUT: ok });
    const sent = change();
    const undo = endWorkerAt(relay.context.ledger, 'acquireLock');
    await expect(relay.deliver(sent)).rejects.toThrow('the worker ends here');
    undo();
    relay.pass(relay.times.lease + 1);
    expect(await relay.retryOf(sent)).toMatchObject({ reason: 'contended', delay: 0, tried: { attempts: 2 } });
    expect(await relay.context.ledger.readChange(changeKey(sent))).toMatchObject({ state: 'READY', doubt: false });
  });
});

describe('a fault that the relay does not handle', () => {
  it('is thrown as it is', async () => {
    const away = new Error('the table is away');
    const relay = create();
    relay.context.ledger.claim = () => Promise.reject(away);
    await expect(relay.deliver(change())).rejects.toBe(away);
  });
});

describe('publishing', () => {
  it('that failed is repeated by the next delivery, without another call', async () => {
    const relay = create();
    provider.play({ PUT: ok });
    relay.bus.refuse = 1;
    const sent = change();
    await expect(relay.deliver(sent)).rejects.toThrow('the bus is away');
    expect((await relay.deliver(sent)).data.outcome).toBe('succeeded');
    expect(provider.calls()).toHaveLength(1);
    expect(relay.published).toHaveLength(1);
  });

  it('passes sequence and traceparent on', async () => {
    const relay = create();
    provider.play({ PUT: ok });
    const traceparent = `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01`;
    expect(await relay.deliver(change({ sequence: '7', traceparent }))).toMatchObject({ sequence: '7', traceparent });
  });
});

describe('settings', () => {
  it('stop the relay when a fingerprint key that rows still need is gone', async () => {
    provider.play({ PUT: ok });
    const sent = change();
    await create().deliver(sent);
    const { k2 } = ROTATED_KEYS.keys;
    const without = create({ fingerprintKeys: async () => ({ current: 'k2', keys: { k2: k2 ?? '' } }) });
    await expect(without.deliver(sent)).rejects.toThrow('a fingerprint key that rows still need was removed');
    expect(FIRST_KEYS.keys).toHaveProperty('k1');
  });

  it('retry a record later that no longer fits into the invocation', async () => {
    const relay = create();
    const process = (left: number) => createRelay(relay.context)({ body: '{}', remaining: () => left });
    await expect(process(17_999)).rejects.toMatchObject({ reason: 'time_short', delay: 0 });
    expect(relay.published).toHaveLength(0);
    await process(18_000);
    expect(relay.published).toHaveLength(1);
  });
});

describe('an event of a relay', () => {
  it('that a rule sent back is removed from the queue; nothing is published, stored or called', async () => {
    const relay = create();
    provider.play({ PUT: ok });
    const result = await relay.deliver(change());
    const led = { 'detail-type': 'x', detail: result };
    for (const body of [JSON.stringify(result), JSON.stringify(led)])
      expect(await createRelay(relay.context)({ body, remaining: () => 30_000 })).toBeUndefined();
    expect(relay.published).toHaveLength(1);
    expect(await relay.context.ledger.readChange(changeKey(result))).toBeUndefined();
  });
});

describe('a heartbeat', () => {
  const heartbeat = 'migration-relay.test.heartbeat';
  const event = { specversion: '1.0', id: 'dcs', source: heartbeat, type: 'migration.relay.heartbeat' };
  const createWith = (over: Parameters<typeof create>[0] = {}) => {
    const { validation } = create().context;
    return create({ validation: { ...validation, heartbeat }, ...over });
  };

  it('gets one result of its own source, which each further one publishes again; the provider is not called', async () => {
    const relay = createWith();
    provider.play({});
    const result = await relay.deliver(event);
    relay.pass(600_000);
    expect(await relay.deliver(event)).toEqual(result);
    expect(result).toMatchObject({
      source: heartbeat,
      type: 'migration.relay.heartbeat.rejected',
      data: {
        change: { id: 'dcs', source: heartbeat, type: 'migration.relay.heartbeat' },
        outcome: 'rejected',
        error: { code: 'heartbeat', origin: 'relay', retryable: false, advice: 'Nothing to do.' },
      },
    });
    expect(errorOf(result)?.problems).toBeUndefined();
    const published = { source: heartbeat, detailType: result.type, detail: JSON.stringify(result) };
    expect(relay.published).toEqual([published, published]);
    expect(await relay.context.ledger.readChange(changeKey(event))).toMatchObject({ state: 'DONE', attempts: 0 });
    expect(provider.calls()).toEqual([]);
  });

  it('has its row renewed each day, and outlives every key of fingerprints', async () => {
    const sms = { ...event, id: 'sms' };
    const relay = createWith();
    const result = await relay.deliver(sms);
    const ttl = async () => (await relay.context.ledger.readChange(changeKey(sms)))?.ttl ?? 0;
    const first = await ttl();
    const { current, keys } = ROTATED_KEYS;
    const later = createWith({ fingerprintKeys: async () => ({ current, keys: { [current]: keys[current] ?? '' } }) });
    later.pass(2 * 86_400_000);
    expect(await later.deliver(sms)).toEqual(result);
    expect(await ttl()).toBeGreaterThan(first);
  });

  it('of another stage is a change of an unknown type, whose result consumers get', async () => {
    const result = await createWith().deliver({ ...event, source: 'migration-relay.other.heartbeat' });
    expect(result).toMatchObject({ source: 'migration-relay.test', type: 'migration.change.rejected' });
    expect(errorOf(result)).toMatchObject({ code: 'change_invalid', problems: [{ path: 'type' }] });
  });
});

describe('one id under two revisions', () => {
  it('is a conflict, because its request would be another one', async () => {
    const relay = create();
    provider.play({ PUT: ok });
    const sent = change({ type: 'migration.sms.task.update', data: { task_id: 'r1', body: { name: 'n' } } });
    const first = await relay.deliver({ ...sent, dataschema: 'x/2024-09' });
    expect(first.data.outcome).toBe('succeeded');
    const second = await relay.deliver({ ...sent, dataschema: 'x/2026-01' });
    expect(errorOf(second)?.code).toBe('idempotency_conflict');
    expect(await relay.deliver({ ...sent, dataschema: 'y/2024-09' })).toEqual(first);
  });
});

describe('a broken trace', () => {
  it('is reported in the result of the change, which is carried out', async () => {
    provider.play({ PUT: ok });
    const result = await create().deliver({ ...change(), traceparent: 'x' });
    expect(result).toMatchObject({
      data: { outcome: 'succeeded', warnings: [expect.stringContaining('traceparent')] },
    });
    expect(result.traceparent).toBeUndefined();
  });
});

describe('a refused change', () => {
  it('is recognised after its fingerprint key was replaced', async () => {
    const wrong = change({}, { body: { resume_mode: 'no' } });
    const first = await create().deliver(wrong);
    expect(await create({ fingerprintKeys: async () => ROTATED_KEYS }).deliver(wrong)).toEqual(first);
    const other = { ...wrong, data: { ...wrong.data, body: { resume_mode: 'neither' } } };
    const conflict = await create({ fingerprintKeys: async () => ROTATED_KEYS }).deliver(other);
    expect(errorOf(conflict)?.code).toBe('idempotency_conflict');
  });

  it('is a conflict under the id of a change with other content', async () => {
    const relay = create();
    provider.play({ PUT: ok });
    const sent = change();
    await relay.deliver(sent);
    const other = { ...sent, data: { ...sent.data, body: { resume_mode: 'no' } } };
    expect(errorOf(await relay.deliver(other))?.code).toBe('idempotency_conflict');
  });
});
