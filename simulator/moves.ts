import type { Members } from './json.ts';
import type { Settings } from './settings.ts';
import type { TaskStore } from './task-store.ts';
import type { World } from './world.ts';

/**
 * The states after this one: `on` normally, `wrong` when the task is to fail; without a next state the task is deleted.
 * A task does not make an `onRequestOnly` move by itself.
 */
interface Move {
  on?: string;
  wrong?: string;
  onRequestOnly?: true;
}
type Moves = (task: Members, settings: Settings) => Move | undefined;

const INCREMENTAL: Move = { on: 'SUCCESS', wrong: 'FAILED', onRequestOnly: true };
const DCS: Record<string, Move> = {
  CREATING: { on: 'RUNNING' },
  MIGRATING: { on: 'SUCCESS', wrong: 'FAILED' },
  FULLMIGRATING: { on: 'SUCCESS', wrong: 'FAILED' },
  INCRMIGRATING: INCREMENTAL,
  INCRMIGEATING: INCREMENTAL,
  TERMINATING: { on: 'TERMINATED' },
};
const SMS: Record<string, Move> = {
  RUNNING: { on: 'MIGRATE_SUCCESS', wrong: 'MIGRATE_FAIL' },
  MIGRATE_SUCCESS: { on: 'SYNCING' },
  SYNCING: { on: 'SYNC_SUCCESS', wrong: 'SYNC_FAIL' },
  SYNC_SUCCESS: { on: 'SYNCING', onRequestOnly: true },
  RESETING: { on: 'MIGRATE_SUCCESS' },
  SKIPPING: { on: 'RUNNING' },
  ABORTING: { on: 'ABORT' },
  DELETING: {},
};

const dcsMove: Moves = (task, { incremental_status }) => {
  const status = String(task.status);
  const copies = status === 'FULLMIGRATING' && task.migration_method === 'incremental_migration';
  return copies ? { on: incremental_status, wrong: 'FAILED' } : DCS[status];
};

const SERVICES = {
  dcs: { state: 'status', moves: dcsMove },
  sms: { state: 'state', moves: (task) => SMS[String(task.state)] },
} satisfies Record<string, { state: string; moves: Moves }>;
type Service = keyof typeof SERVICES;
type Standing = ReturnType<TaskStore['standing']>[number];

/** Puts a task into its next state, or takes it away when there is none. */
function step(world: World, service: Service, { key, task, at }: Standing, next: string | undefined) {
  if (next === undefined) return void world[service].remove(key);
  const moved = { ...task, [SERVICES[service].state]: next };
  world[service].change(key, moved, at);
  return moved;
}

/** Moves a task on, or wrong if it fails; answers the task (none when it is gone), or the state that leads nowhere. */
export function move(world: World, service: Service, key: string, task: Members, fails: boolean) {
  const { state, moves } = SERVICES[service];
  const to = moves(task, world.settings);
  if (to === undefined || (fails && to.wrong === undefined)) return { stuck: String(task[state]) };
  return { moved: step(world, service, { key, task, at: world.clock() }, fails ? to.wrong : to.on) };
}

function moveAlone(world: World, service: Service, standing: Standing): void {
  const to = SERVICES[service].moves(standing.task, world.settings);
  const at = standing.at + world.settings.moves_after_ms;
  if (to === undefined || to.onRequestOnly || at > world.clock()) return;
  const task = step(world, service, { ...standing, at }, to.on);
  if (task !== undefined) moveAlone(world, service, { ...standing, task, at });
}

/** Moves all tasks as far as their time has brought them, if the settings let time move them. */
export function moveOn(world: World): void {
  if (world.settings.moves_after_ms === 0) return;
  for (const service of ['dcs', 'sms'] as const) {
    for (const one of world[service].standing()) moveAlone(world, service, one);
  }
}
