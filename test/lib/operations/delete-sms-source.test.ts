import { describe, expect, it } from 'vitest';
import { deleteSmsSource as operation } from '../../../src/lib/operations/delete-sms-source.ts';
import { ABSENT } from '../../../src/lib/operations/operation.ts';
import { pathsIn, problemsIn, sent } from './judging.ts';

const data = { source_id: '2f0c6ad7-3e3f' };

describe('a change that deletes a source server', () => {
  it('is a DELETE without a body, about the source', () => {
    expect(problemsIn(operation, data)).toEqual([]);
    expect({ method: operation.method, path: operation.path(data), body: sent(operation, data) }).toEqual({
      method: 'DELETE',
      path: '/v3/sources/2f0c6ad7-3e3f',
      body: '',
    });
    expect(operation.subject(data)).toEqual({ kind: 'source', id: '2f0c6ad7-3e3f' });
  });

  it.each([
    ['a task', { ...data, task_id: 't' }, ['data.task_id']],
    ['no source', {}, ['data.source_id']],
    ['a long id', { source_id: 'a'.repeat(37) }, ['data.source_id']],
  ])('is refused with %s', (_title, change, paths) => {
    expect(pathsIn(operation, change)).toEqual(paths);
  });

  it('is applied where the source does not exist, and not where its record is shown', () => {
    const verdictOf = (shown: object) =>
      operation.readBack.verdict(operation.readBack.snapshot({ ...shown }, data), data, undefined);
    expect(operation.readBack.verdict(ABSENT, data, undefined)).toBe('applied');
    expect(verdictOf({ id: '2f0c6ad7-3e3f', state: 'waiting' })).toBe('not-applied');
    expect(verdictOf({ state: 'waiting' })).toBe('cannot-tell');
    expect(verdictOf({ absent: true })).toBe('cannot-tell');
  });
});
