import { describe, expect, it } from 'vitest';
import { readIncoming, subjectOf } from '../../faults/world/calls.ts';
import { GONE, isAbsent, moveOn, newTask, refusalOf, write } from '../../faults/world/cloud-tasks.ts';
import { isListPath } from '../../faults/world/natural-keys.ts';
import { createRandom } from '../../faults/world/random.ts';
import { AFTERLIVES, shownBy } from '../../faults/world/reads.ts';

const random = createRandom(1);
const HOUR = 3_600_000;

function dcsTask(status: string, more: object = {}) {
  const task = newTask('dcs/t', random, 0);
  Object.assign(task.values, { status, course: 'INCRMIGEATING', task_status: undefined, ...more });
  return task;
}

describe('a request', () => {
  it.each([
    ['POST', 'dcs', '/v2/p/migration-task/t/stop', undefined, 'stop', 'dcs/t'],
    ['POST', 'dcs', '/v2/p/migration-tasks/batch-restart', '{"migration_tasks":["t"]}', 'restart', 'dcs/t'],
    ['DELETE', 'dcs', '/v2/p/migration-tasks/delete', '{"task_id_list":["t"]}', 'delete', 'dcs/t'],
    ['POST', 'dcs', '/v2/p/migration-task/t/exchange-ip', '{}', 'exchange', 'dcs/t'],
    ['POST', 'dcs', '/v2/p/migration-task/t/rollback-ip', undefined, 'rollback', 'dcs/t'],
    ['POST', 'dcs', '/v2/p/migration/t/task', '{}', 'configure', 'dcs/t'],
    ['POST', 'sms', '/v3/tasks/t/speed-limit', '{}', 'limit', 'sms/t'],
    ['POST', 'sms', '/v3/tasks/t/configuration-setting', '{}', 'options', 'sms/t'],
    ['DELETE', 'sms', '/v3/tasks/t', undefined, 'delete', 'sms/t'],
    ['DELETE', 'sms', '/v3/sources/t', undefined, 'delete', 'sms-source/t'],
    ['PUT', 'sms', '/v3/tasks/t', '{}', 'update', 'sms/t'],
    ['POST', 'dcs', '/v2/p/migration/instance', '{"name":"t"}', 'create_online', 'dcs-name/t'],
    ['POST', 'dcs', '/v2/p/migration-task', '{"task_name":"t"}', 'create_import', 'dcs-name/t'],
    ['POST', 'sms', '/v3/tasks', '{"source_server":{"id":"t"}}', 'create_sms', 'sms-source/t'],
  ] as const)('%s of %s to %s is understood', (method, service, path, body, call, key) => {
    const request = { method, service, path, deadline: 1, ...(body !== undefined && { body }) };
    expect(readIncoming(request)).toMatchObject({ call, key, id: 't' });
  });
});

describe('a list', () => {
  it.each([
    ['dcs', '/v2/p/migration-tasks?limit=50&name=move%207%20%26%20%C3%A9&offset=50', 'dcs-name/move 7 & é'],
    ['sms', '/v3/tasks?limit=50&offset=0&source_server_id=s', 'sms-source/s'],
  ] as const)('of %s at %s is of a name or a source', (service, path, key) => {
    expect([subjectOf({ service, path }), isListPath(path)]).toEqual([key, true]);
  });

  it.each(['/v2/p/migration-task/t', '/v3/tasks/t', '/v3/sources/s'])('is not at %s', (path) => {
    expect(isListPath(path)).toBe(false);
  });
});

describe('a DCS task', () => {
  it('that is stopped is terminating, then terminated, and can then be started again', () => {
    const task = dcsTask('INCRMIGEATING');
    expect(refusalOf(task, 'restart', {})).toBe('DCS.4957');
    write(task, 'stop', {}, 0, random);
    expect(task.values).toMatchObject({ status: 'TERMINATING', halted: true });
    moveOn(task, HOUR, random);
    expect(task.values).toMatchObject({ status: 'TERMINATED', halted: true });
    expect(refusalOf(task, 'stop', {})).toBe('DCS.4957');
    expect(refusalOf(task, 'restart', {})).toBeUndefined();
    write(task, 'restart', {}, HOUR, random);
    expect(task.values).toMatchObject({ status: 'FULLMIGRATING', halted: false });
  });

  it('whose addresses are exchanged shows how far that is, and can take it back once', () => {
    const task = dcsTask('INCRMIGEATING');
    expect(refusalOf(task, 'rollback', {})).toBe('DCS.4957');
    write(task, 'exchange', {}, 0, random);
    expect(task.values.task_status).toBe('EXCHANGING');
    moveOn(task, HOUR, random);
    expect(task.values.task_status).toBe('EXCHANGE_SUCCESS');
    write(task, 'rollback', {}, HOUR, random);
    moveOn(task, 2 * HOUR, random);
    expect(task.values.task_status).toBe('ROLLBACK_SUCCESS');
    expect(refusalOf(task, 'rollback', {})).toBe('DCS.4957');
  });

  it('can be deleted only when it has ended, and is then unknown to every call but another delete', () => {
    expect(refusalOf(dcsTask('FULLMIGRATING'), 'delete', {})).toBe('DCS.4957');
    const task = dcsTask('SUCCESS');
    write(task, 'delete', {}, 0, random);
    expect(isAbsent(task)).toBe(true);
    expect(refusalOf(task, 'update', {})).toBe('DCS.4133');
    expect(refusalOf(task, 'delete', {})).toBeUndefined();
    const shown = AFTERLIVES.map((afterlife) => shownBy('/v2/p/migration-task/t', task, afterlife));
    expect(shown.map(({ status }) => status)).toEqual([400, 200, 200]);
    expect(shown.map(({ text }) => text)).toEqual([
      expect.stringContaining('DCS.4133'),
      expect.stringContaining('DELETED'),
      expect.stringContaining('SUCCESS'),
    ]);
  });
});

describe('an SMS task', () => {
  it('shows its limits and options at paths of their own, and refuses to show limits that it does not have', () => {
    const task = newTask('sms/t', random, 0);
    const limits = () => shownBy('/v3/tasks/t/speed-limit', task, 'DELETED');
    expect(limits()).toMatchObject({ status: 400, text: expect.stringContaining('SMS.6302') });
    const speed_limit = [{ speed: 5, start: '00:00', end: '01:00' }];
    write(task, 'limit', { speed_limit }, 0, random);
    expect(JSON.parse(limits().text)).toEqual({ speed_limit });
    write(task, 'options', { configurations: [{ config_key: 'K', config_value: 'v' }] }, 0, random);
    expect(shownBy('/v3/tasks/t/configuration-setting', task, 'DELETED').text).toContain('"config_value":"v"');
    expect(shownBy('/v3/tasks/t', task, 'DELETED').text).not.toContain('limits');
  });

  it('that is deleted is on its way for a while', () => {
    const task = newTask('sms/t', random, 0);
    write(task, 'delete', {}, 0, random);
    expect([task.values.state, isAbsent(task)]).toEqual(['DELETING', false]);
    expect(refusalOf(task, 'limit', {})).toBe('SMS.6005');
    moveOn(task, HOUR, random);
    expect(isAbsent(task)).toBe(true);
    expect(shownBy('/v3/tasks/t', task, 'DELETED').text).toContain('SMS.7703');
  });
});

describe('a source server', () => {
  it('can be deleted when it has no task', () => {
    const source = newTask('sms-source/s', random, 0);
    expect(refusalOf(source, 'delete', {}, true)).toBe('SMS.7601');
    expect(refusalOf(source, 'create_sms', {}, true)).toBe('SMS.6005');
    expect(refusalOf(source, 'create_sms', {}, false)).toBeUndefined();
    expect(refusalOf(source, 'delete', {}, false)).toBeUndefined();
    write(source, 'delete', {}, 0, random);
    expect(source.values).toMatchObject(GONE);
    expect(refusalOf(source, 'delete', {})).toBe('SMS.7602');
  });
});
