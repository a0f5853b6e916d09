import { describe, expect, it } from 'vitest';
import { deleteDcsMigrationTask as operation } from '../../../src/lib/operations/delete-dcs-migration-task.ts';
import { ABSENT } from '../../../src/lib/operations/operation.ts';
import { pathsIn, problemsIn, sent } from './judging.ts';

const TASK = 'b21989ec-2889';
const data = (...task_id_list: string[]) => ({
  project_id: '0123456789abcdef0123456789abcdef',
  body: { task_id_list },
});

describe('a change that deletes a DCS migration task', () => {
  it('is a DELETE with the id in its body, about the task', () => {
    const change = data(TASK);
    expect(problemsIn(operation, change)).toEqual([]);
    expect({ method: operation.method, path: operation.path(change), body: sent(operation, change) }).toEqual({
      method: 'DELETE',
      path: '/v2/0123456789abcdef0123456789abcdef/migration-tasks/delete',
      body: `{"task_id_list":["${TASK}"]}`,
    });
    expect(operation.subject(change)).toEqual({ kind: 'migration-task', id: TASK, project_id: change.project_id });
    expect(operation.readBack.path(change)).toBe(`/v2/${change.project_id}/migration-task/${TASK}`);
  });

  it('names exactly one task', () => {
    const problem = 'data.body.task_id_list: must be a list of exactly one id';
    expect(problemsIn(operation, data())).toEqual([problem]);
    expect(problemsIn(operation, data('a', 'b'))).toEqual([problem]);
    expect(pathsIn(operation, data('../a'))).toEqual(['data.body.task_id_list.0']);
    expect(pathsIn(operation, { ...data('a'), task_id: 'a' })).toEqual(['data.task_id']);
  });

  it.each([
    [{ task_id_list: [TASK] }, false],
    [{ task_id_list: [] }, true],
    [{ task_id_list: ['another'] }, true],
  ])('finds an error in the reply %j: %s', (reply, isError) => {
    expect(operation.isErrorReply?.(operation.reply.parse(reply), data(TASK))).toBe(isError);
  });

  it.each([undefined, '', {}, { task_id_list: null }])('does not take the reply %j', (reply) => {
    expect(operation.reply.safeParse(reply).success).toBe(false);
  });

  it('is applied where the task does not exist, and nothing else proves anything', () => {
    const verdictOf = (status?: string) =>
      operation.readBack.verdict(operation.readBack.snapshot({ status }, data(TASK)), data(TASK), undefined);
    expect(operation.readBack.verdict(ABSENT, data(TASK), undefined)).toBe('applied');
    expect(verdictOf('DELETED')).toBe('applied');
    for (const status of ['SUCCESS', 'TERMINATED', 'FULLMIGRATING', '', undefined])
      expect(verdictOf(status)).toBe('cannot-tell');
  });
});
