import type { Members } from './json.ts';
import type { Settings } from './settings.ts';
import type { Current } from './store.ts';
import type { World } from './world.ts';

/** The state that follows; null if the member has none any more. Without `next` the task is deleted. A task does not make an `onRequestOnly` move by itself. */
interface Move {
  /** The member that changes, if it is not the state. */
  member?: string;
  next?: string | null;
  /** The state that follows when the task fails. */
  failed?: string;
  onRequestOnly?: true;
}
type Moves = (task: Members, settings: Settings) => Move | undefined;

const INCREMENTAL: Move = { next: 'SUCCESS', failed: 'FAILED', onRequestOnly: true };
const DCS: Record<string, Move> = {
  CREATING: { next: 'RUNNING', failed: 'FAILED' },
  MIGRATING: { next: 'SUCCESS', failed: 'FAILED' },
  FULLMIGRATING: { next: 'SUCCESS', failed: 'FAILED' },
  INCRMIGRATING: INCREMENTAL,
  INCRMIGEATING: INCREMENTAL,
  TERMINATING: { next: 'TERMINATED' },
};
const SMS: Record<string, Move> = {
  RUNNING: { next: 'MIGRATE_SUCCESS', failed: 'MIGRATE_FAIL' },
  MIGRATE_SUCCESS: { next: 'SYNCING' },
  SYNCING: { next: 'SYNC_SUCCESS', failed: 'SYNC_FAIL' },
  SYNC_SUCCESS: { next: 'SYNCING', onRequestOnly: true },
  RESETING: { next: 'MIGRATE_SUCCESS' },
  SKIPPING: { next: 'RUNNING' },
  ABORTING: { next: 'ABORT' },
  DELETING: {},
};

/** The addresses are exchanged while the incremental state stays. Nobody has published how an exchange fails. */
const EXCHANGING: Move = { member: 'task_status', next: 'EXCHANGE_SUCCESS' };

const dcsMove: Moves = (task, { incremental_status }) => {
  if (task.task_status === 'EXCHANGING') return EXCHANGING;
  const status = String(task.status);
  const copies = status === 'FULLMIGRATING' && task.migration_method === 'incremental_migration';
  return copies ? { next: incremental_status, failed: 'FAILED' } : DCS[status];
};

/** What an action began at the source server of an SMS task. After a test of a clone its state follows from the task again. */
const SOURCE: Record<string, Move> = {
  cutovering: { member: 'source_state', next: 'finished' },
  clearing: { member: 'source_state', next: 'cleared', failed: 'clearfailed' },
  cloning: { member: 'source_state', next: null },
};

const smsMove: Moves = ({ state, source_state, auto_start, syncing }) => {
  const begun = SOURCE[String(source_state)];
  if (begun !== undefined) return begun;
  if (state === 'READY' && auto_start === true) return { next: 'RUNNING' };
  // Without `syncing` the target is launched after the full copy, and nothing follows (CreateTask).
  return state === 'MIGRATE_SUCCESS' && syncing === false
    ? { next: 'SYNCING', onRequestOnly: true }
    : SMS[String(state)];
};

const SERVICES = {
  dcs: { state: 'status', moves: dcsMove },
  sms: { state: 'state', moves: smsMove },
} satisfies Record<string, { state: string; moves: Moves }>;
type Service = keyof typeof SERVICES;

/** Makes a move, and gives the task after it; undefined if it is gone. */
function makeMove(world: World, service: Service, { key, value, at }: Current, member: string, next?: string | null) {
  if (next === undefined) return void world[service].remove(key, at);
  const moved = { ...value, [member]: next };
  world[service].change(key, moved, at);
  return moved;
}

/** Moves a task to its next or failed state. Gives the task (undefined if it is deleted), or its state if no other follows. */
export function advanceTask(world: World, service: Service, key: string, task: Members, fails: boolean) {
  const { state, moves } = SERVICES[service];
  const move = moves(task, world.settings);
  const member = move?.member ?? state;
  if (move === undefined || (fails && move.failed === undefined)) return { finalState: String(task[member]) };
  const current = { key, value: task, at: world.clock() };
  return { moved: makeMove(world, service, current, member, fails ? move.failed : move.next) };
}

function moveIfDue(world: World, service: Service, current: Current): void {
  const { state, moves } = SERVICES[service];
  const move = moves(current.value, world.settings);
  const at = current.at + world.settings.moves_after_ms;
  if (move === undefined || move.onRequestOnly || at > world.clock()) return;
  const value = makeMove(world, service, { ...current, at }, move.member ?? state, move.next);
  if (value !== undefined) moveIfDue(world, service, { ...current, value, at });
}

/** Makes all moves that are due, if the settings let tasks move by themselves. */
export function moveDueTasks(world: World): void {
  if (world.settings.moves_after_ms === 0) return;
  for (const service of ['dcs', 'sms'] as const) {
    for (const one of world[service].current()) moveIfDue(world, service, one);
  }
}
