import type { Members } from './json.ts';
import type { Settings } from './settings.ts';
import type { TaskStore } from './task-store.ts';
import type { World } from './world.ts';

/** The state that follows. Without a next state the task is deleted. A task does not make an `onRequestOnly` move by itself. */
interface Move {
  next?: string;
  /** The state that follows when the task fails. */
  failed?: string;
  onRequestOnly?: true;
}
type Moves = (task: Members, settings: Settings) => Move | undefined;

const INCREMENTAL: Move = { next: 'SUCCESS', failed: 'FAILED', onRequestOnly: true };
const DCS: Record<string, Move> = {
  CREATING: { next: 'RUNNING' },
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

const dcsMove: Moves = (task, { incremental_status }) => {
  const status = String(task.status);
  const copies = status === 'FULLMIGRATING' && task.migration_method === 'incremental_migration';
  return copies ? { next: incremental_status, failed: 'FAILED' } : DCS[status];
};

const SERVICES = {
  dcs: { state: 'status', moves: dcsMove },
  sms: { state: 'state', moves: (task) => SMS[String(task.state)] },
} satisfies Record<string, { state: string; moves: Moves }>;
type Service = keyof typeof SERVICES;
type CurrentTask = ReturnType<TaskStore['current']>[number];

/** Puts a task into its next state, or deletes it if there is none. */
function enterState(world: World, service: Service, { key, task, at }: CurrentTask, next: string | undefined) {
  if (next === undefined) return void world[service].remove(key);
  const moved = { ...task, [SERVICES[service].state]: next };
  world[service].change(key, moved, at);
  return moved;
}

/** Moves a task to its next or failed state. Gives the task (undefined if it is deleted), or its state if no other follows. */
export function advanceTask(world: World, service: Service, key: string, task: Members, fails: boolean) {
  const { state, moves } = SERVICES[service];
  const move = moves(task, world.settings);
  if (move === undefined || (fails && move.failed === undefined)) return { finalState: String(task[state]) };
  return { moved: enterState(world, service, { key, task, at: world.clock() }, fails ? move.failed : move.next) };
}

function moveIfDue(world: World, service: Service, current: CurrentTask): void {
  const move = SERVICES[service].moves(current.task, world.settings);
  const at = current.at + world.settings.moves_after_ms;
  if (move === undefined || move.onRequestOnly || at > world.clock()) return;
  const task = enterState(world, service, { ...current, at }, move.next);
  if (task !== undefined) moveIfDue(world, service, { ...current, task, at });
}

/** Makes all moves that are due, if the settings let tasks move by themselves. */
export function moveDueTasks(world: World): void {
  if (world.settings.moves_after_ms === 0) return;
  for (const service of ['dcs', 'sms'] as const) {
    for (const one of world[service].current()) moveIfDue(world, service, one);
  }
}
