import { describe, expect, it } from 'vitest';
import { actOnSmsTask } from '../../../src/lib/operations/act-on-sms-task.ts';
import { pathsIn, problemsIn } from './judging.ts';

const data = (operation: string, more: object = {}) => ({ task_id: 'ef3b9722-07a0', body: { operation, ...more } });
const { readBack } = actOnSmsTask;
/** What a reading says that found the task in one state before and in another now. */
const verdict = (operation: string, before: string, now: string) =>
  readBack.verdict(
    readBack.snapshot({ state: now }, data(operation)),
    data(operation),
    ({ state }) => state === before,
  );

/**
 * The ways from one state to another that nothing but the action leads to, and the states that show that it was not begun.
 * What a task reaches by itself is not among them: RUNNING, MIGRATE_SUCCESS, SYNCING and SYNC_SUCCESS follow each other.
 */
const STARTED = ['RUNNING', 'MIGRATE_SUCCESS', 'MIGRATE_FAIL', 'SYNCING', 'SYNC_SUCCESS', 'SYNC_FAIL'];
const AT_REST = ['ABORTING', 'ABORT', 'MIGRATE_FAIL', 'SYNC_F_ROLLBACK_SUCCESS', 'SYNC_F_ROLLBACK_FAIL'];
const SYNCED = ['SYNCING', 'SYNC_SUCCESS', 'SYNC_FAIL'];
const MOVING = ['MIGRATE_SUCCESS', ...SYNCED];
const KNOWN = ['READY', ...AT_REST, 'RUNNING', ...MOVING];
const ROLLBACK = ['RESETING', 'SYNC_F_ROLLBACKING', 'SYNC_F_ROLLBACK_SUCCESS', 'SYNC_F_ROLLBACK_FAIL'];
const ways = (from: string[], to: string[]) => from.flatMap((before) => to.map((now) => `${before} ${now}`));
/** A task that synchronises reaches these by itself. */
const BEGUN_ANEW = [...ways(MOVING, ['RUNNING', 'MIGRATE_FAIL']), ...ways(SYNCED, ['MIGRATE_SUCCESS'])];
const EFFECTS: Record<string, [proven: string[], untouched: string[]]> = {
  start: [
    [...ways(AT_REST, STARTED), ...BEGUN_ANEW].filter((way) => way !== 'MIGRATE_FAIL MIGRATE_FAIL'),
    ['READY', 'ABORT'],
  ],
  stop: [
    ways(KNOWN, ['ABORTING', 'ABORT'])
      .filter((way) => !/^ABORT/.test(way))
      .concat('ABORT ABORTING'),
    ['RUNNING', 'SYNCING', 'SYNC_SUCCESS'],
  ],
  sync: [ways(AT_REST, SYNCED), ['MIGRATE_SUCCESS']],
  restart: [[...ways(AT_REST, STARTED), ...BEGUN_ANEW].filter((way) => way !== 'MIGRATE_FAIL MIGRATE_FAIL'), []],
  skip: [ways(KNOWN, ['SKIPPING']), []],
  sync_failed_rollback: [ways(KNOWN, ROLLBACK).filter((way) => !/^(\w+) \1$/.test(way)), ['SYNC_FAIL']],
  test: [[], []],
  clone_test: [[], []],
  migration_test: [[], []],
  cutover: [[], []],
  network_check: [[], []],
  collect_log: [[], []],
  clear: [[], []],
  error_for_overspeed: [[], []],
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
  ...['RESETING', 'SYNC_F_ROLLBACKING', 'SYNC_F_ROLLBACK_SUCCESS', 'SYNC_F_ROLLBACK_FAIL', 'SKIPPING', 'DELETING', ''],
];

describe('act-on-sms-task', () => {
  it('must not repeat, and goes to the action of the task', () => {
    expect(actOnSmsTask.repeatable).toBe(false);
    expect({ method: actOnSmsTask.method, path: actOnSmsTask.path(data('start')) }).toEqual({
      method: 'POST',
      path: '/v3/tasks/ef3b9722-07a0/action',
    });
  });

  it('sends the change as asked', () => {
    const options = { template_id: 't', switch_hce: false, is_need_consistency_check: true };
    expect(problemsIn(actOnSmsTask, data('start', options))).toEqual([]);
    expect(actOnSmsTask.body?.(data('start', options), () => '')).toEqual({ operation: 'start', ...options });
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
    // A task may have been created to start by itself.
    ['start', 'READY', 'RUNNING', 'cannot-tell'],
    ['start', 'MIGRATE_FAIL', 'RUNNING', 'applied'],
    ['start', 'ABORT', 'SYNCING', 'applied'],
    ['start', 'READY', 'READY', 'not-applied'],
    // A start that fails at once leaves the task as it was.
    ['start', 'MIGRATE_FAIL', 'MIGRATE_FAIL', 'cannot-tell'],
    ['start', 'READY', 'MIGRATE_FAIL', 'cannot-tell'],
    // What a task does by itself proves nothing.
    ['start', 'RUNNING', 'MIGRATE_SUCCESS', 'cannot-tell'],
    ['start', 'RUNNING', 'SYNCING', 'cannot-tell'],
    ['start', 'SYNCING', 'SYNC_SUCCESS', 'cannot-tell'],
    ['stop', 'ABORTING', 'ABORT', 'cannot-tell'],
    ['sync', 'SYNCING', 'SYNC_SUCCESS', 'cannot-tell'],
    ['sync', 'SYNC_SUCCESS', 'SYNCING', 'cannot-tell'],
    ['sync', 'MIGRATE_SUCCESS', 'SYNC_FAIL', 'cannot-tell'],
    ['sync_failed_rollback', 'SYNC_F_ROLLBACKING', 'SYNC_F_ROLLBACK_SUCCESS', 'cannot-tell'],
    ['sync_failed_rollback', 'SYNC_FAIL', 'RESETING', 'applied'],
    // From a state that no source describes anything may follow.
    ['start', 'SKIPPING', 'RUNNING', 'cannot-tell'],
    // What stood already proves nothing.
    ['start', 'RUNNING', 'RUNNING', 'cannot-tell'],
    ['stop', 'RUNNING', 'ABORTING', 'applied'],
    ['stop', 'RUNNING', 'RUNNING', 'not-applied'],
    ['stop', 'RUNNING', 'MIGRATE_SUCCESS', 'cannot-tell'],
    ['sync', 'MIGRATE_SUCCESS', 'SYNCING', 'cannot-tell'],
    ['sync', 'MIGRATE_SUCCESS', 'MIGRATE_SUCCESS', 'not-applied'],
    ['sync', 'SYNC_SUCCESS', 'SYNC_SUCCESS', 'cannot-tell'],
    ['sync_failed_rollback', 'SYNC_FAIL', 'SYNC_F_ROLLBACKING', 'applied'],
    ['network_check', 'RUNNING', 'RUNNING', 'cannot-tell'],
    ['clear', 'RUNNING', 'ABORT', 'cannot-tell'],
  ])('after %s takes a task that went from %s to %s for %s', (operation, before, now, expected) => {
    expect(verdict(operation, before, now)).toBe(expected);
  });

  it.each(Object.entries(EFFECTS))(
    'believes of %s only what nothing but the action leads to',
    (operation, [proven, untouched]) => {
      const ways = (message: string) =>
        STATES.flatMap((before) =>
          STATES.filter((now) => verdict(operation, before, now) === message).map((now) => `${before} ${now}`),
        );
      expect(ways('applied').sort()).toEqual([...proven].sort());
      expect(ways('not-applied')).toEqual(untouched.map((state) => `${state} ${state}`));
      for (const state of STATES) expect(readBack.verdict({ state }, data(operation), undefined)).toBe('cannot-tell');
    },
  );

  it.each(Object.entries(EFFECTS))(
    'takes the action %s, and says whether it shows in the state',
    (operation, [proven]) => {
      expect(problemsIn(actOnSmsTask, data(operation))).toEqual([]);
      expect(readBack.unverifiable(data(operation))).toEqual(proven.length === 0 ? ['data.body.operation'] : []);
    },
  );

  it('takes a map of texts as param, and sends it as asked', () => {
    const asked = data('start', { param: { key: 'value' } });
    expect(problemsIn(actOnSmsTask, asked)).toEqual([]);
    expect(actOnSmsTask.body?.(asked, () => '')).toEqual({ operation: 'start', param: { key: 'value' } });
    expect(pathsIn(actOnSmsTask, data('start', { param: { key: 5 } }))).toEqual(['data.body.param']);
    for (const param of ['text', { password: 'x' }, JSON.parse('{"__proto__":"x"}'), { 'a b': 'x' }, { a: '\ud800' }])
      expect(pathsIn(actOnSmsTask, data('start', { param }))).toEqual(['data.body.param']);
  });

  it.each([
    ['start', 't'.repeat(100), []],
    ['start', 't'.repeat(101), [expect.stringMatching(/^template_id: some regions take at most 100 or 255/)]],
    ['clone_test', 't', []],
    ['clone_test', undefined, [expect.stringMatching(/^template_id: clone_test needs a template/)]],
  ])('warns of %s with a template of %j as far as editions of the manual differ', (operation, template_id, message) => {
    expect(actOnSmsTask.warnings?.(data(operation, template_id === undefined ? {} : { template_id }))).toEqual(message);
  });

  it('names all actions to who asks for another', () => {
    const actions = Object.keys(EFFECTS).join(' or ');
    expect(problemsIn(actOnSmsTask, data('begin'))).toEqual([`data.body.operation: must be ${actions}`]);
  });

  it('looks at nothing but a state in words', () => {
    expect(readBack.snapshot({ state: 'READY', name: 'n' }, data('start'))).toEqual({ state: 'READY' });
    for (const task of [{}, { state: null }, { state: 5 }]) expect(readBack.snapshot(task, data('start'))).toEqual({});
    expect(readBack.path(data('start'))).toBe('/v3/tasks/ef3b9722-07a0');
  });

  it('cannot tell without a reading from before', () => {
    expect(readBack.verdict({ state: 'RUNNING' }, data('start'), undefined)).toBe('cannot-tell');
  });

  it('says what no reading shows', () => {
    expect(readBack.unverifiable(data('start', { switch_hce: true }))).toEqual(['data.body.switch_hce']);
    expect(readBack.unverifiable(data('clear'))).toEqual(['data.body.operation']);
  });

  it.each([[7], [null], [[]]])('does not take the reply %j', (reply) => {
    expect(actOnSmsTask.reply.safeParse(reply).success).toBe(false);
  });

  it.each([[undefined], ['The operation succeeded.'], [{}]])('takes the reply %j', (reply) => {
    expect(actOnSmsTask.reply.safeParse(reply).success).toBe(true);
    expect(actOnSmsTask.pickReply(reply)).toEqual({});
  });
});
