import { describe, expect, it } from 'vitest';
import { actOnSmsTask } from '../../../src/lib/operations/act-on-sms-task.ts';
import { pathsIn, problemsIn } from './judging.ts';

const data = (operation: string, more: object = {}) => ({ task_id: 'ef3b9722-07a0', body: { operation, ...more } });
const { readBack } = actOnSmsTask;
/** What a reading says that found the task in one state before and in another now. */
const verdict = (operation: string, before: string, now: string) =>
  readBack.verdict(readBack.look({ state: now }, data(operation)), data(operation), before !== now);

describe('act-on-sms-task', () => {
  it('must not repeat, and goes to the action of the task', () => {
    expect(actOnSmsTask.repeatable).toBe(false);
    expect([actOnSmsTask.method, actOnSmsTask.path(data('start'))]).toEqual(['POST', '/v3/tasks/ef3b9722-07a0/action']);
  });

  it('sends the change as asked', () => {
    const options = { template_id: 't', switch_hce: false, is_need_consistency_check: true };
    expect(problemsIn(actOnSmsTask, data('start', options))).toEqual([]);
    expect(actOnSmsTask.body(data('start', options), () => '')).toEqual({ operation: 'start', ...options });
  });

  it.each([
    ['an action that no manual has', data('begin'), 'data.body.operation'],
    ['no action', { task_id: 't', body: {} }, 'data.body.operation'],
    ['a template beyond its length', data('start', { template_id: 'x'.repeat(2049) }), 'data.body.template_id'],
    ['a flag in words', data('start', { switch_hce: 'true' }), 'data.body.switch_hce'],
    ['a field of another call', data('start', { speed_limit: 1 }), 'data.body.speed_limit'],
  ])('refuses %s', (_what, change, path) => {
    expect(pathsIn(actOnSmsTask, change)).toEqual([path]);
  });

  it.each([
    ['start', 'READY', 'RUNNING', 'applied'],
    ['start', 'ABORT', 'SYNCING', 'applied'],
    ['start', 'READY', 'READY', 'not-applied'],
    // A start that fails at once leaves the task as it was.
    ['start', 'MIGRATE_FAIL', 'MIGRATE_FAIL', 'cannot-tell'],
    ['start', 'READY', 'MIGRATE_FAIL', 'cannot-tell'],
    // What stood already proves nothing.
    ['start', 'RUNNING', 'RUNNING', 'cannot-tell'],
    ['stop', 'RUNNING', 'ABORTING', 'applied'],
    ['stop', 'RUNNING', 'RUNNING', 'not-applied'],
    ['stop', 'RUNNING', 'MIGRATE_SUCCESS', 'cannot-tell'],
    ['sync', 'MIGRATE_SUCCESS', 'SYNCING', 'applied'],
    ['sync', 'SYNC_SUCCESS', 'SYNC_SUCCESS', 'cannot-tell'],
    ['sync_failed_rollback', 'SYNC_FAIL', 'SYNC_F_ROLLBACKING', 'applied'],
    ['network_check', 'RUNNING', 'RUNNING', 'cannot-tell'],
    ['clear', 'RUNNING', 'ABORT', 'cannot-tell'],
  ])('after %s takes a task that went from %s to %s for %s', (operation, before, now, expected) => {
    expect(verdict(operation, before, now)).toBe(expected);
  });

  it('cannot tell without a reading from before', () => {
    expect(readBack.verdict({ state: 'RUNNING' }, data('start'), undefined)).toBe('cannot-tell');
  });

  it('says what no reading shows', () => {
    expect(readBack.unseen(data('start', { switch_hce: true }))).toEqual(['data.body.switch_hce']);
    expect(readBack.unseen(data('clear'))).toEqual(['data.body.operation']);
  });

  it.each([[undefined], ['The operation succeeded.'], [{}]])('takes the reply %j', (reply) => {
    expect(actOnSmsTask.reply.safeParse(reply).success).toBe(true);
    expect(actOnSmsTask.useful(reply)).toEqual({});
  });
});
