import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../../src/lib/json/exact-json.ts';
import { restartDcsOnlineMigration as operation } from '../../../src/lib/operations/restart-dcs-online-migration.ts';
import { pathsIn, problemsIn, sent } from './judging.ts';

const TASK = 'b21989ec-2889';
const data = (...migration_tasks: string[]) => ({
  project_id: '0123456789abcdef0123456789abcdef',
  body: { migration_tasks },
});

describe('a change that restarts a DCS online migration', () => {
  it('sends the id of one task, and is about that task', () => {
    const change = data(TASK);
    expect(problemsIn(operation, change)).toEqual([]);
    expect({ method: operation.method, path: operation.path(change), body: sent(operation, change) }).toEqual({
      method: 'POST',
      path: '/v2/0123456789abcdef0123456789abcdef/migration-tasks/batch-restart',
      body: `{"migration_tasks":["${TASK}"]}`,
    });
    expect(operation.subject(change)).toEqual({ kind: 'migration-task', id: TASK, project_id: change.project_id });
    expect(operation).toMatchObject({ repeatable: false, cloud: 'huawei-cloud' });
  });

  it('names exactly one task', () => {
    const problem = 'data.body.migration_tasks: must be a list of exactly one id';
    expect(problemsIn(operation, data())).toEqual([problem]);
    expect(problemsIn(operation, data('a', 'b'))).toEqual([problem]);
    expect(pathsIn(operation, data('a/b'))).toEqual(['data.body.migration_tasks.0']);
  });

  const success = { task_id: TASK, result: 'success', error_code: null };
  const failed = { task_id: TASK, result: 'failed', error_code: 'DCS.4957', error_msg: 'CANARY' };
  it.each([
    ['took it', [success], { refusal: undefined, isError: false }],
    ['took it, beside another', [{ ...failed, task_id: 'another' }, success], { refusal: undefined, isError: false }],
    ['refuses it', [failed], { refusal: failed, isError: true }],
    ['is silent about it', [{ ...success, task_id: 'another' }], { refusal: undefined, isError: true }],
    ['has an unknown word for it', [{ ...success, result: 'queued' }], { refusal: undefined, isError: true }],
  ])('reads the element of its task in a reply that %s', (_title, migration_tasks, expected) => {
    const reply = { migration_tasks };
    expect({
      refusal: operation.refusalIn?.(reply, data(TASK)),
      isError: operation.isErrorReply?.(operation.reply.parse(reply), data(TASK)),
    }).toEqual(expected);
  });

  it.each([null, '', 4957, 'TASK_STATUS_ERROR'])('finds a refusal with %j in place of a code', (error_code) => {
    const element = { ...failed, error_code };
    expect(operation.refusalIn?.({ migration_tasks: [element] }, data(TASK))).toEqual(element);
  });

  it.each([undefined, null, [], 'success', {}, { migration_tasks: 'all' }])('finds no refusal in %j', (body) => {
    expect(operation.refusalIn?.(body, data(TASK))).toBeUndefined();
  });

  it.each([
    ['TERMINATED', 'FULLMIGRATING', 'applied'],
    ['FAILED', 'INCRMIGEATING', 'applied'],
    ['SUCCESS', 'MIGRATING', 'applied'],
    ['TERMINATED', 'TERMINATED', 'not-applied'],
    ['FAILED', 'FAILED', 'cannot-tell'],
    ['TERMINATED', 'SUCCESS', 'cannot-tell'],
    ['FULLMIGRATING', 'INCRMIGRATING', 'cannot-tell'],
    [undefined, 'FULLMIGRATING', 'cannot-tell'],
    [undefined, 'TERMINATED', 'cannot-tell'],
    ['TERMINATED', undefined, 'cannot-tell'],
  ])('is read, with %j before and %j now, as %s', (before, now, verdict) => {
    const isBaseline = before === undefined ? undefined : ({ status }: JsonObject) => status === before;
    const snapshot = operation.readBack.snapshot({ status: now }, data(TASK));
    expect(operation.readBack.verdict(snapshot, data(TASK), isBaseline)).toBe(verdict);
  });
});
