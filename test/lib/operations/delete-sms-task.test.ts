import { describe, expect, it } from 'vitest';
import { deleteSmsTask as operation } from '../../../src/lib/operations/delete-sms-task.ts';
import { ABSENT } from '../../../src/lib/operations/operation.ts';
import { pathsIn, problemsIn, sent } from './judging.ts';

const data = { task_id: 'ef3b9722-07a0' };

describe('a change that deletes an SMS task', () => {
  it('is a DELETE without a body', () => {
    expect(problemsIn(operation, data)).toEqual([]);
    expect({ method: operation.method, path: operation.path(data), body: sent(operation, data) }).toEqual({
      method: 'DELETE',
      path: '/v3/tasks/ef3b9722-07a0',
      body: '',
    });
    expect({ removes: operation.removes, repeatable: operation.repeatable }).toEqual({
      removes: ['SMS.7703', 'SMS.0505'],
      repeatable: true,
    });
  });

  it.each([
    ['a body', { ...data, body: {} }, ['data.body']],
    ['no task', {}, ['data.task_id']],
    ['a source', { ...data, source_id: 's' }, ['data.source_id']],
  ])('is refused with %s', (_title, change, paths) => {
    expect(pathsIn(operation, change)).toEqual(paths);
  });

  it.each([
    [{ id: 'ef3b9722-07a0', state: 'DELETING' }, 'applied'],
    [{ id: 'ef3b9722-07a0', state: 'ABORT' }, 'not-applied'],
    [{ id: 'ef3b9722-07a0', state: 'RUNNING' }, 'not-applied'],
    [{ id: 'ef3b9722-07a0' }, 'cannot-tell'],
    [{ state: null }, 'cannot-tell'],
    // Only a refusal of the read proves that there is no task, not a member of a reply.
    [{ absent: true }, 'cannot-tell'],
  ])('reads %j as %s', (shown, verdict) => {
    expect(operation.readBack.verdict(operation.readBack.snapshot(shown, data), data, undefined)).toBe(verdict);
  });

  it('is applied where the task does not exist', () => {
    expect(operation.readBack.verdict(ABSENT, data, undefined)).toBe('applied');
  });
});
