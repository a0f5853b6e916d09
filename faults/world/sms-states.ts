import type { Random } from './random.ts';

const MINUTE = 60_000;

/** Where an SMS task goes by itself, and within how many milliseconds (life cycle notes: a migration goes on synchronising for good). */
const BY_ITSELF: Record<string, { to: readonly string[]; most: number }> = {
  RUNNING: { to: ['MIGRATE_SUCCESS', 'MIGRATE_SUCCESS', 'MIGRATE_FAIL'], most: 8 * MINUTE },
  MIGRATE_SUCCESS: { to: ['SYNCING'], most: 4 * MINUTE },
  SYNCING: { to: ['SYNC_SUCCESS', 'SYNC_SUCCESS', 'SYNC_FAIL'], most: 4 * MINUTE },
  SYNC_SUCCESS: { to: ['SYNCING'], most: 4 * MINUTE },
  ABORTING: { to: ['ABORT'], most: 2 * MINUTE },
  SYNC_F_ROLLBACKING: { to: ['SYNC_F_ROLLBACK_SUCCESS'], most: 2 * MINUTE },
  RESETING: { to: ['SYNC_F_ROLLBACK_SUCCESS'], most: 2 * MINUTE },
};

/** In which states an action is legal (error table of the manual), where it leads, and how it is refused elsewhere. */
const ACTIONS: Record<string, { from: readonly string[]; to: readonly string[]; refusal: string }> = {
  start: { from: ['READY', 'ABORT', 'MIGRATE_FAIL'], to: ['RUNNING'], refusal: 'SMS.7713' },
  stop: { from: ['RUNNING', 'SYNCING'], to: ['ABORTING'], refusal: 'SMS.7714' },
  sync: { from: ['MIGRATE_SUCCESS', 'SYNCING', 'SYNC_SUCCESS'], to: ['SYNCING'], refusal: 'SMS.7715' },
  sync_failed_rollback: { from: ['SYNC_FAIL'], to: ['SYNC_F_ROLLBACKING', 'RESETING'], refusal: 'SMS.7718' },
};

/** The actions that producers ask for. */
export const SMS_ACTIONS = Object.keys(ACTIONS);

const FIRST = ['READY', 'READY', 'RUNNING', 'MIGRATE_SUCCESS', 'SYNCING', 'SYNC_SUCCESS', 'SYNC_FAIL', 'ABORT'];

/** A state as some task may be in when nobody has acted on it yet. */
export const someState = (random: Random) => random.pick(FIRST);

/** A state, and when the task leaves it by itself, in milliseconds since 1970. */
export interface TimedState {
  state: string;
  movesAt: number;
}

/** A task that has just come to a state. */
export function enterState(state: string, now: number, random: Random): TimedState {
  const most = BY_ITSELF[state]?.most;
  return { state, movesAt: most === undefined ? Number.POSITIVE_INFINITY : now + random.between(5000, most) };
}

/** Where a task stands by now, moved on as often as it was due. */
export function stateAt(moving: TimedState, now: number, random: Random): TimedState {
  const next = BY_ITSELF[moving.state];
  if (!next || moving.movesAt > now) return moving;
  return stateAt(enterState(random.pick(next.to), moving.movesAt, random), now, random);
}

/** The code with which an action is refused in a state; undefined if it is legal. */
export function refusalCode(action: unknown, state: unknown): string | undefined {
  const known = ACTIONS[String(action)];
  return known && !known.from.includes(String(state)) ? known.refusal : undefined;
}

/** The state that an action leads to. */
export const stateAfter = (action: unknown, random: Random) => random.pick(ACTIONS[String(action)]?.to ?? ['READY']);
