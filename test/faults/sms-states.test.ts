import { describe, expect, it } from 'vitest';
import { freshTask, illegality, pass, write } from '../../faults/world/cloud-tasks.ts';
import { createRandom } from '../../faults/world/random.ts';
import { arrivedAt, movedOn, refusalOf, SMS_ACTIONS } from '../../faults/world/sms-states.ts';

const random = createRandom(1);
const MINUTE = 60_000;

describe('an SMS task', () => {
  it.each([
    ['RUNNING', ['MIGRATE_SUCCESS', 'MIGRATE_FAIL']],
    ['MIGRATE_SUCCESS', ['SYNCING']],
    ['SYNCING', ['SYNC_SUCCESS', 'SYNC_FAIL']],
    ['SYNC_SUCCESS', ['SYNCING']],
    ['ABORTING', ['ABORT']],
    ['RESETING', ['SYNC_F_ROLLBACK_SUCCESS']],
  ])('goes on from %s by itself, in its time', (state, next) => {
    const { movesAt } = arrivedAt(state, 0, random);
    expect(movedOn({ state, movesAt }, movesAt - 1, random).state).toBe(state);
    expect(next).toContain(movedOn({ state, movesAt }, movesAt, random).state);
  });

  it.each(['READY', 'ABORT', 'MIGRATE_FAIL', 'SYNC_FAIL'])('stays at %s', (state) => {
    expect(movedOn(arrivedAt(state, 0, random), 1e12, random).state).toBe(state);
  });

  it('moves as often as it was due when it is looked at', () => {
    const task = freshTask('sms', random, 0);
    Object.assign(task.values, { state: 'RUNNING' });
    task.movesAt = 1;
    expect(pass(task, 0, random)).toBe(false);
    expect(pass(task, 60 * MINUTE, random)).toBe(true);
    expect(['RUNNING', 'MIGRATE_SUCCESS']).not.toContain(task.values.state);
  });
});

describe('an action', () => {
  it.each([
    ['start', 'READY', 'RUNNING', 'SMS.7713'],
    ['stop', 'RUNNING', 'ABORTING', 'SMS.7714'],
    ['sync', 'SYNC_SUCCESS', 'SYNCING', 'SMS.7715'],
  ])('%s leads from %s to %s, and is refused elsewhere', (operation, from, to, refusal) => {
    const task = freshTask('sms', random, 0);
    Object.assign(task.values, { state: from });
    expect(illegality(task, { operation })).toBeUndefined();
    write(task, { operation }, 0, random);
    expect(task.values).toMatchObject({ state: to });
    expect(task.values).not.toHaveProperty('operation');
    expect(refusalOf(operation, 'DELETING')).toBe(refusal);
  });

  it('is the only request that a state forbids', () => {
    const task = freshTask('sms', random, 0);
    expect(illegality(task, { name: 'alpha' })).toBeUndefined();
    expect(SMS_ACTIONS).toHaveLength(4);
  });
});
