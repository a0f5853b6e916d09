import type { Random } from './random.ts';

const MINUTE = 60_000;

/** The states that follow by themselves, and the most milliseconds until then. A migration synchronises for ever (life cycle notes). */
const OWN_TRANSITIONS: Record<string, { to: readonly string[]; max: number }> = {
  RUNNING: { to: ['MIGRATE_SUCCESS', 'MIGRATE_SUCCESS', 'MIGRATE_FAIL'], max: 8 * MINUTE },
  MIGRATE_SUCCESS: { to: ['SYNCING'], max: 4 * MINUTE },
  SYNCING: { to: ['SYNC_SUCCESS', 'SYNC_SUCCESS', 'SYNC_FAIL'], max: 4 * MINUTE },
  SYNC_SUCCESS: { to: ['SYNCING'], max: 4 * MINUTE },
  ABORTING: { to: ['ABORT'], max: 2 * MINUTE },
  SYNC_F_ROLLBACKING: { to: ['SYNC_F_ROLLBACK_SUCCESS'], max: 2 * MINUTE },
  RESETING: { to: ['SYNC_F_ROLLBACK_SUCCESS'], max: 2 * MINUTE },
  DELETING: { to: ['GONE'], max: 2 * MINUTE },
};

/** For each action the states that allow it (error table of the manual), the states after it, and the code that refuses it elsewhere. */
const ACTIONS: Record<string, { from: readonly string[]; to: readonly string[]; refusal: string }> = {
  start: { from: ['READY', 'ABORT', 'MIGRATE_FAIL'], to: ['RUNNING'], refusal: 'SMS.7713' },
  stop: { from: ['RUNNING', 'SYNCING'], to: ['ABORTING'], refusal: 'SMS.7714' },
  sync: { from: ['MIGRATE_SUCCESS', 'SYNCING', 'SYNC_SUCCESS'], to: ['SYNCING'], refusal: 'SMS.7715' },
  sync_failed_rollback: { from: ['SYNC_FAIL'], to: ['SYNC_F_ROLLBACKING', 'RESETING'], refusal: 'SMS.7718' },
};

/** The actions of changes. */
export const SMS_ACTIONS = Object.keys(ACTIONS);

const FIRST = ['READY', 'READY', 'RUNNING', 'MIGRATE_SUCCESS', 'SYNCING', 'SYNC_SUCCESS', 'SYNC_FAIL', 'ABORT'];

/** A state of a task on which nobody has acted yet. */
export const someState = (random: Random) => random.pick(FIRST);

/** A state, and when the task moves on from it by itself, in milliseconds since 1970. */
interface TimedState {
  state: string;
  movesAt: number;
}

/** A state that a task has just entered. */
export function enterState(state: string, now: number, random: Random): TimedState {
  const max = OWN_TRANSITIONS[state]?.max;
  return { state, movesAt: max === undefined ? Number.POSITIVE_INFINITY : now + random.between(5000, max) };
}

/** The state of a task by now, after all moves that were due. */
export function stateAt(moving: TimedState, now: number, random: Random): TimedState {
  const next = OWN_TRANSITIONS[moving.state];
  if (!next || moving.movesAt > now) return moving;
  return stateAt(enterState(random.pick(next.to), moving.movesAt, random), now, random);
}

/** The code with which a state refuses an action; undefined if it is legal. */
export function refusalCode(action: unknown, state: unknown): string | undefined {
  const known = ACTIONS[String(action)];
  return known && !known.from.includes(String(state)) ? known.refusal : undefined;
}

/** The states in which a task can't be deleted while its source is connected. */
const IN_USE = ['RUNNING', 'SYNCING', 'ABORTING', 'SYNC_F_ROLLBACKING', 'RESETING'];
export const isUndeletable = (state: unknown) => IN_USE.includes(String(state));

/** The state that an action leads to. */
export const stateAfter = (action: unknown, random: Random) => random.pick(ACTIONS[String(action)]?.to ?? ['READY']);
