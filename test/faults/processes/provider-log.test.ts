import { setTimeout as wait } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import type { Change } from '../../../faults/change.ts';
import { check } from '../../../faults/checker.ts';
import type { Stranger } from '../../../faults/processes/provider-control.ts';
import { translate } from '../../../faults/processes/provider-log.ts';
import { createRecords } from '../../../faults/processes/records.ts';
import type { PlannedMessage } from '../../../faults/processes/traffic.ts';
import type { Call } from '../../../faults/world/calls.ts';
import type { FaultRequest } from '../../../simulator/fault-request.ts';
import type { Entry } from '../../../simulator/log.ts';

const FAULTS: Record<string, Partial<FaultRequest>> = {
  hang: { share: 0.1, hang: true },
  slow: { share: 0.1, delay_ms: 200 },
};
const body = (name: string) => ({ name });
const change = (uid: string, name: string, repeatable = true): Change => ({
  uid,
  id: `id-${uid}`,
  kind: 'valid',
  task: 'sms/t',
  body: body(name),
  call: 'update',
  repeatable,
  text: uid,
});
/** A change whose call has no body. */
const bodiless = (uid: string, call: Call, task = 'sms/t'): Change => ({
  ...change(uid, '', true),
  ...{ task, call, body: {}, bodiless: true },
});
const planMessage = (one: Change): PlannedMessage => ({
  change: one,
  text: one.text,
  service: 'sms',
  subjectId: 't',
  via: 'queue',
  hasOwnGroup: false,
});
const result = (uid: string, outcome = 'succeeded', more = {}) =>
  JSON.stringify({ id: `r-${uid}`, data: { change: { id: `id-${uid}` }, outcome, ...more } });

/** A run with events in their order, and the findings of the checker. */
function history(changes: Change[], strangers: Stranger[] = []) {
  const subjects = new Map([
    ['sms/t', {}],
    ['dcs-name/moving', {}],
  ]);
  const records = createRecords(changes.map(planMessage), (at) => at * 20);
  const entries: Entry[] = [];
  const stem = (request: string, method: string) => ({
    n: entries.length + 1,
    at: new Date().toISOString(),
    request,
    service: 'sms',
    operation: method === 'GET' ? 'ShowTask' : 'UpdateTask',
    method,
    path: '/v3/tasks/t',
    task: 't',
  });
  const note = (kind: Entry['kind'], request: string, method: string, more: Partial<Entry> = {}) =>
    entries.push({ ...stem(request, method), kind, ...more });
  return {
    records,
    note,
    accept() {
      for (const change of changes) records.accept(change);
    },
    received: (request: string, name: string) => note('received', request, 'PUT', { body: JSON.stringify(body(name)) }),
    applied: (request: string, name: string) =>
      note('applied', request, 'PUT', { after: { ...body(name), state: 'READY' } }),
    answered: (request: string, status: number) => note('answered', request, 'PUT', { status }),
    read: (request: string, fault?: string) => {
      if (fault) note('fault', request, 'GET', { fault });
      note('answered', request, 'GET', { status: 200 });
    },
    translated: () =>
      translate({ entries, records, scaled: (at) => at * 20, requestOf: (id) => FAULTS[id], subjects, strangers }),
    findings() {
      const { log, unexpected } = this.translated();
      const { accepted, published } = records;
      const left = { waiting: [], dead: [], overReceived: [], dangling: 0, texts: {} };
      const { findings } = check({ accepted, published, log, ...left });
      const broken = Object.entries(findings).filter(([, list]) => list.length > 0);
      return { broken: broken.map(([kind]) => kind), unexpected };
    },
  };
}

describe("the provider's log as the checker reads it", () => {
  it('has no finding for a change that was sent and applied once, with one result', () => {
    const run = history([change('a', 'x')]);
    run.accept();
    run.received('1', 'x');
    run.applied('1', 'x');
    run.answered('1', 200);
    run.records.publish(result('a'));
    expect(run.findings()).toEqual({ broken: [], unexpected: [] });
  });

  it('assigns a request to a change by its body, or, if bodies are equal, to the change that is open', async () => {
    const run = history([change('a', 'x'), change('b', 'y'), change('c', 'x')]);
    run.accept();
    run.received('1', 'x');
    run.records.publish(result('a'));
    await wait(5);
    run.received('2', 'y');
    run.received('3', 'x');
    const owners = run.translated().log.map((entry) => (entry.kind === 'request' ? entry.uid : entry.kind));
    expect(owners).toEqual(['a', 'b', 'c']);
  });

  it('assigns a repeated request after all results to the last possible change', async () => {
    const run = history([change('a', 'x')]);
    run.accept();
    run.records.publish(result('a'));
    await wait(5);
    run.received('1', 'x');
    expect(run.translated().log).toMatchObject([{ kind: 'request', uid: 'a' }]);
  });

  it('reports a request and a result that belong to no change', () => {
    const run = history([change('a', 'x')]);
    run.accept();
    run.received('1', 'nobody');
    run.records.publish(result('stranger'));
    expect(run.findings().unexpected).toEqual([expect.stringContaining('a request that nobody asked for')]);
    expect(run.records.unexpected).toEqual([expect.stringContaining('a result that nobody asked for')]);
  });

  it('has the current values in reads, and none in a read with a damaged reply', () => {
    const run = history([change('a', 'x')]);
    run.accept();
    run.received('1', 'x');
    run.applied('1', 'x');
    run.read('2');
    run.read('3', 'hang');
    run.read('4', 'slow');
    const before = { name: 'x', state: 'READY' };
    const values = run.translated().log.flatMap((entry) => (entry.kind === 'read' ? [entry.values] : []));
    expect(values).toMatchObject([before, undefined, before]);
  });
});

describe('calls without a body, and subjects that are not there', () => {
  const deleting = { operation: 'DeleteTask' };
  const gone = { status: 400, code: 'SMS.7703' };

  it('assigns a request to a change with its call', () => {
    const run = history([bodiless('a', 'stop', 'dcs/t'), bodiless('b', 'delete', 'dcs/t')]);
    run.accept();
    run.note('received', '1', 'DELETE', { service: 'dcs', operation: 'DeleteMigrationTask', body: '' });
    run.note('received', '2', 'POST', { service: 'dcs', operation: 'StopMigrationTask', body: '' });
    expect(run.translated().log.slice(1)).toMatchObject([
      { uid: 'b', body: undefined },
      { uid: 'a', body: undefined },
    ]);
  });

  it('has a body that was sent although the call has none', () => {
    const run = history([bodiless('a', 'delete')]);
    run.accept();
    run.note('received', '1', 'DELETE', { ...deleting, body: '{}' });
    expect(run.findings().broken).toContain('wrongRequests');
  });

  it('knows from the start what does not exist, so that a delete of it may succeed', () => {
    const run = history([bodiless('a', 'delete', 'sms/away')]);
    run.accept();
    run.records.publish(result('a'));
    expect(run.findings().broken).toEqual([]);
  });

  it('finds a delete that succeeded although the task is still there', () => {
    const run = history([bodiless('a', 'delete')]);
    run.accept();
    run.records.publish(result('a'));
    expect(run.findings().broken).toEqual(['false']);
  });

  it('shows a task that is being deleted, or a source server that was removed, as gone', () => {
    const run = history([bodiless('a', 'delete'), bodiless('b', 'delete', 'sms-source/s')]);
    run.accept();
    run.note('received', '1', 'DELETE', { ...deleting, body: '' });
    run.note('applied', '1', 'DELETE', { after: { state: 'DELETING' } });
    run.note('answered', '2', 'GET', gone);
    run.note('received', '3', 'DELETE', { operation: 'DeleteServer', source: 's', body: '' });
    run.note('applied', '3', 'DELETE', { source: 's', after: {} });
    const values = run.translated().log.flatMap((entry) => ('values' in entry ? [[entry.task, entry.values]] : []));
    expect(values).toMatchObject([
      ['sms-source/s', { gone: true }],
      ['sms/t', { gone: true }],
      ['sms/t', { gone: true }],
      ['sms-source/s', { gone: true }],
    ]);
  });

  it.each([
    ['is refused because nothing is stored', { status: 400, code: 'SMS.6302' }, {}],
    ['fails', { status: 500 }, undefined],
  ])('has what the task is like for a read that %s', (_name, answer, values) => {
    const run = history([bodiless('a', 'delete')]);
    run.accept();
    run.note('answered', '1', 'GET', answer);
    const [read] = run.translated().log;
    if (values) expect(read).toMatchObject({ kind: 'read', values });
    else expect(read).toMatchObject({ kind: 'read', values: undefined });
  });
});

describe('creations', () => {
  const asked = { name: 'moving', vpc_id: 'vpc' };
  const MARK = '[relay:0123456789abcdef]';
  const POST = { service: 'dcs', operation: 'CreateOnlineMigrationTask', path: '/v2/p/migration/instance', task: '' };
  const GET = {
    service: 'dcs',
    operation: 'ListMigrationTask',
    path: '/v2/p/migration-tasks?limit=50&name=moving&offset=0',
  };
  const creation = (uid: string, description?: string): Change => ({
    ...change(uid, '', false),
    ...{ task: 'dcs-name/moving', call: 'create_online', body: description ? { ...asked, description } : asked },
  });
  /** A request of a change with this description that makes a task with this id. */
  const send = (run: ReturnType<typeof history>, request: string, description: string, id?: string) => {
    run.note('received', request, 'POST', { ...POST, body: JSON.stringify({ ...asked, description }) });
    if (id) run.note('applied', request, 'POST', { ...POST, task: id, after: { task_id: id } });
  };

  it('belong to the change with the name and body, and its mark is sent', () => {
    const run = history([creation('a'), creation('b', 'wave 2')]);
    run.accept();
    send(run, '1', `wave 2 ${MARK}`);
    send(run, '2', '[relay:ffffffffffffffff]');
    expect(run.translated().log).toMatchObject([
      { uid: 'b', body: { ...asked, description: `wave 2 ${MARK}` } },
      { uid: 'a', body: { ...asked, description: '[relay:ffffffffffffffff]' } },
    ]);
    expect(run.findings()).toMatchObject({ unexpected: [] });
  });

  it('have a mark that no other change has', () => {
    const run = history([creation('a'), creation('b', 'wave 2')]);
    run.accept();
    send(run, '1', MARK);
    send(run, '2', `wave 2 ${MARK}`);
    expect(run.findings().broken).toContain('wrongRequests');
  });

  it('are true if the result names the task that a request of the change made', () => {
    const run = history([creation('a')], [{ id: 'other', name: 'moving', at: 0 }]);
    run.accept();
    send(run, '1', MARK, 'own');
    run.records.publish(result('a', 'succeeded', { created: 'own' }));
    expect(run.findings().broken).toEqual([]);
  });

  it('are false if the result names the task of somebody else', () => {
    const run = history([creation('a')], [{ id: 'other', name: 'moving', at: 0 }]);
    run.accept();
    send(run, '1', MARK);
    run.records.publish(result('a', 'succeeded', { created: 'other' }));
    expect(run.findings().broken).toEqual(['false']);
  });

  it('must not be sent again before the list was read', () => {
    const run = history([creation('a')]);
    run.accept();
    send(run, '1', MARK, 'first');
    send(run, '2', MARK, 'second');
    run.records.publish(result('a', 'unknown', { candidates: ['first', 'second'] }));
    expect(run.findings().broken).toEqual(['appliedTwice', 'illegalResend']);
  });

  it('read the pages of lists', () => {
    const run = history([creation('a')]);
    run.accept();
    run.note('answered', '1', 'GET', {
      ...GET,
      status: 200,
      reply: { count: 1, migration_tasks: [{ task_id: 'one' }] },
    });
    run.note('answered', '2', 'GET', { ...GET, status: 500, reply: { error_code: 'x' } });
    expect(run.translated().log).toEqual([
      expect.objectContaining({ kind: 'read', uid: 'a', page: { offset: 0, ids: ['one'], count: 1 } }),
      expect.not.objectContaining({ page: expect.anything() }),
    ]);
  });
});

describe('the checker on such a log', () => {
  it.each([
    ['a lost result', [], 'lost'],
    ['a success that never was', [result('a')], 'false'],
    ['two results of one change', [result('a'), result('a', 'unknown')], 'contradictory'],
  ])('finds %s', (_name, results, kind) => {
    const run = history([change('a', 'x')]);
    run.accept();
    for (const one of results) run.records.publish(one);
    expect(run.findings().broken).toContain(kind);
  });

  it('finds a request that was sent again without a read', () => {
    const run = history([change('a', 'x', false)]);
    run.accept();
    for (const request of ['1', '2']) {
      run.received(request, 'x');
      run.applied(request, 'x');
    }
    run.answered('2', 200);
    run.records.publish(result('a'));
    expect(run.findings().broken).toEqual(['appliedTwice', 'illegalResend']);
  });

  it('counts a refusal as proof that a request was not carried out', () => {
    const run = history([change('a', 'x', false)]);
    run.accept();
    run.received('1', 'x');
    run.answered('1', 429);
    run.received('2', 'x');
    run.applied('2', 'x');
    run.answered('2', 200);
    run.records.publish(result('a'));
    expect(run.findings().broken).toEqual([]);
  });

  it('finds an older change that took effect after a newer one', () => {
    const run = history([change('a', 'x'), change('b', 'y')]);
    run.accept();
    run.received('1', 'x');
    run.received('2', 'y');
    run.applied('2', 'y');
    run.applied('1', 'x');
    run.records.publish(result('a'));
    run.records.publish(result('b'));
    expect(run.findings().broken).toEqual(['orderBreaks']);
  });
});
