import { describe, expect, it } from 'vitest';
import { stopDcsMigrationTask as operation } from '../../../src/lib/operations/stop-dcs-migration-task.ts';
import { pathsIn, problemsIn, sent } from './judging.ts';

const data = { project_id: '0123456789abcdef0123456789abcdef', task_id: 'b21989ec-2889' };
const TASK = '/v2/0123456789abcdef0123456789abcdef/migration-task/b21989ec-2889';

describe('a change that stops a DCS migration task', () => {
  it('is a request without a body', () => {
    expect(problemsIn(operation, data)).toEqual([]);
    expect({ method: operation.method, path: operation.path(data), body: sent(operation, data) }).toEqual({
      method: 'POST',
      path: `${TASK}/stop`,
      body: '',
    });
    expect(operation.readBack.path(data)).toBe(TASK);
  });

  it.each([
    ['a body', { ...data, body: {} }, ['data.body']],
    ['no task', { project_id: data.project_id }, ['data.task_id']],
    ['no project', { task_id: data.task_id }, ['data.project_id']],
  ])('is refused with %s', (_title, change, paths) => {
    expect(pathsIn(operation, change)).toEqual(paths);
  });

  it('passes on only the state of the task, because the reply holds passwords', () => {
    const reply = { task_id: 'b', status: 'TERMINATING', source_instance: { addrs: 'a:1', password: 'CANARY' } };
    expect(operation.pickReply(operation.reply.parse(reply))).toEqual({ status: 'TERMINATING' });
    expect(operation.pickReply({ status: null })).toEqual({});
  });

  it.each([
    ['TERMINATING', 'applied'],
    ['TERMINATED', 'applied'],
    ['MIGRATING', 'not-applied'],
    ['FULLMIGRATING', 'not-applied'],
    ['INCRMIGRATING', 'not-applied'],
    ['INCRMIGEATING', 'not-applied'],
    ['SUCCESS', 'cannot-tell'],
    ['FAILED', 'cannot-tell'],
    ['RUNNING', 'cannot-tell'],
    ['', 'cannot-tell'],
    [undefined, 'cannot-tell'],
  ])('reads the state %j as %s', (status, verdict) => {
    const snapshot = operation.readBack.snapshot({ status, password: 'CANARY' }, data);
    expect(operation.readBack.verdict(snapshot, data, undefined)).toBe(verdict);
    expect(JSON.stringify(snapshot)).not.toContain('CANARY');
  });
});
