import { describe, expect, it } from 'vitest';
import { moveOn, newTask, refusalOf, write } from '../../faults/world/cloud-tasks.ts';
import { createRandom } from '../../faults/world/random.ts';
import { enterState, refusalCode, SMS_ACTIONS, stateAt } from '../../faults/world/sms-states.ts';

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
  ])('leaves %s by itself, after its time', (state, next) => {
    const { movesAt } = enterState(state, 0, random);
    expect(stateAt({ state, movesAt }, movesAt - 1, random).state).toBe(state);
    expect(next).toContain(stateAt({ state, movesAt }, movesAt, random).state);
  });

  it.each(['READY', 'ABORT', 'MIGRATE_FAIL', 'SYNC_FAIL'])('stays at %s', (state) => {
    expect(stateAt(enterState(state, 0, random), 1e12, random).state).toBe(state);
  });

  it('makes all due moves when it is read', () => {
    const task = newTask('sms/t', random, 0);
    Object.assign(task.values, { state: 'RUNNING' });
    task.movesAt = 1;
    expect(moveOn(task, 0, random)).toBe(false);
    expect(moveOn(task, 60 * MINUTE, random)).toBe(true);
    expect(['RUNNING', 'MIGRATE_SUCCESS']).not.toContain(task.values.state);
  });
});

describe('an action', () => {
  it.each([
    ['start', 'READY', 'RUNNING', 'SMS.7713'],
    ['stop', 'RUNNING', 'ABORTING', 'SMS.7714'],
    ['sync', 'SYNC_SUCCESS', 'SYNCING', 'SMS.7715'],
  ])('%s leads from %s to %s, and is refused elsewhere', (operation, from, to, refusal) => {
    const task = newTask('sms/t', random, 0);
    Object.assign(task.values, { state: from });
    expect(refusalOf(task, 'act', { operation })).toBeUndefined();
    write(task, 'act', { operation }, 0, random);
    expect(task.values).toMatchObject({ state: to });
    expect(task.values).not.toHaveProperty('operation');
    expect(refusalCode(operation, 'DELETING')).toBe(refusal);
  });

  it('and a delete are the only requests that such a state refuses', () => {
    const task = newTask('sms/t', random, 0);
    Object.assign(task.values, { state: 'RUNNING' });
    expect(refusalOf(task, 'update', { name: 'alpha' })).toBeUndefined();
    expect(refusalOf(task, 'delete', {})).toBe('SMS.7719');
    expect(SMS_ACTIONS).toHaveLength(4);
  });
});
