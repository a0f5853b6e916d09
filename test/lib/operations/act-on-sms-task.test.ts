import { describe, expect, it } from 'vitest';
import { actOnSmsTask } from '../../../src/lib/operations/act-on-sms-task.ts';
import { pathsIn, problemsIn } from './judging.ts';

const data = (operation: string, more: object = {}) => ({ task_id: 'ef3b9722-07a0', body: { operation, ...more } });
const { readBack } = actOnSmsTask;
/** What a reading says that found the task in one state before and in another now. */
const verdict = (operation: string, before: string, now: string) =>
  readBack.verdict(readBack.look({ state: now }, data(operation)), data(operation), before !== now);

/** The states that follow each action, and those that show that it was not begun, in the order of the states. */
const EFFECTS: Record<string, [shows: string[], untouched: string[]]> = {
  start: [
    ['RUNNING', 'MIGRATE_SUCCESS', 'SYNCING', 'SYNC_SUCCESS'],
    ['READY', 'ABORT'],
  ],
  stop: [
    ['ABORTING', 'ABORT'],
    ['RUNNING', 'SYNCING'],
  ],
  sync: [['SYNCING', 'SYNC_SUCCESS'], ['MIGRATE_SUCCESS']],
  restart: [['RUNNING'], []],
  skip: [['SKIPPING'], []],
  sync_failed_rollback: [['SYNC_F_ROLLBACKING', 'SYNC_F_ROLLBACK_SUCCESS'], ['SYNC_FAIL']],
  test: [[], []],
  clone_test: [[], []],
  migration_test: [[], []],
  cutover: [[], []],
  network_check: [[], []],
  collect_log: [[], []],
  clear: [[], []],
};
const STATES = [
  ...[
    'READY',
    'RUNNING',
    'MIGRATE_SUCCESS',
    'MIGRATE_FAIL',
    'ABORTING',
    'ABORT',
    'SYNCING',
    'SYNC_SUCCESS',
    'SYNC_FAIL',
  ],
  ...['SYNC_F_ROLLBACKING', 'SYNC_F_ROLLBACK_SUCCESS', 'SYNC_F_ROLLBACK_FAIL', 'SKIPPING', 'DELETING', ''],
];

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

  it.each(Object.entries(EFFECTS))(
    'believes of %s only the states that it leads to',
    (operation, [shows, untouched]) => {
      const statesSaid = (moved: boolean | undefined, expected: string) =>
        STATES.filter((state) => readBack.verdict({ state }, data(operation), moved) === expected);
      expect(statesSaid(true, 'applied')).toEqual(shows);
      expect(statesSaid(false, 'not-applied')).toEqual(untouched);
      for (const [moved, verdict] of [
        [true, 'not-applied'],
        [false, 'applied'],
        [undefined, 'applied'],
        [undefined, 'not-applied'],
      ] as const)
        expect(statesSaid(moved, verdict)).toEqual([]);
    },
  );

  it.each(Object.entries(EFFECTS))(
    'takes the action %s, and says whether it shows in the state',
    (operation, [shows]) => {
      expect(problemsIn(actOnSmsTask, data(operation))).toEqual([]);
      expect(readBack.unseen(data(operation))).toEqual(shows.length === 0 ? ['data.body.operation'] : []);
    },
  );

  it('names all actions to who asks for another', () => {
    const actions = Object.keys(EFFECTS).join(' or ');
    expect(problemsIn(actOnSmsTask, data('begin'))).toEqual([`data.body.operation: must be ${actions}`]);
  });

  it('looks at nothing but a state in words', () => {
    expect(readBack.look({ state: 'READY', name: 'n' }, data('start'))).toEqual({ state: 'READY' });
    for (const task of [{}, { state: null }, { state: 5 }]) expect(readBack.look(task, data('start'))).toEqual({});
    expect(readBack.path(data('start'))).toBe('/v3/tasks/ef3b9722-07a0');
  });

  it('cannot tell without a reading from before', () => {
    expect(readBack.verdict({ state: 'RUNNING' }, data('start'), undefined)).toBe('cannot-tell');
  });

  it('says what no reading shows', () => {
    expect(readBack.unseen(data('start', { switch_hce: true }))).toEqual(['data.body.switch_hce']);
    expect(readBack.unseen(data('clear'))).toEqual(['data.body.operation']);
  });

  it.each([[7], [null], [[]]])('does not take the reply %j', (reply) => {
    expect(actOnSmsTask.reply.safeParse(reply).success).toBe(false);
  });

  it.each([[undefined], ['The operation succeeded.'], [{}]])('takes the reply %j', (reply) => {
    expect(actOnSmsTask.reply.safeParse(reply).success).toBe(true);
    expect(actOnSmsTask.useful(reply)).toEqual({});
  });
});
