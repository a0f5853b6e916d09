import { isMembers, type Members, pick } from '../json.ts';
import type { World } from '../world.ts';

/** The state of a source server while its task is in a state. The manual has both lists of words, but not how they go together. */
const STATES: Record<string, string> = {
  RUNNING: 'replicate',
  MIGRATE_SUCCESS: 'finished',
  SYNCING: 'syncing',
  SYNC_SUCCESS: 'syncing',
  RESETING: 'syncing',
  SKIPPING: 'skipping',
  ABORTING: 'stopping',
  ABORT: 'stopped',
  MIGRATE_FAIL: 'error',
  SYNC_FAIL: 'error',
  DELETING: 'deleting',
};

/**
 * The state of a source server under its task. An action may have given it one of its own. Its own state counts without a task and
 * before the task starts.
 */
const stateUnder = (task: Members | undefined, own: unknown): unknown =>
  task?.source_state ?? STATES[String(task?.state)] ?? own;

/** The cycle for a state, as the hint of SMS.7728 ties them together. */
const CYCLES: Record<string, string> = {
  unavailable: 'checking',
  waiting: 'setting',
  syncing: 'syncing',
  cloning: 'syncing',
  cutovering: 'cutovering',
  finished: 'cutovered',
};

const SHOWN = ['id', 'name', 'type', 'state', 'start_date', 'speed_limit', 'start_target_server', 'vm_template_id'];
const SHOWN_TOO = ['region_id', 'project_name', 'project_id', 'exist_server', 'use_public_ip', 'clone_server'];

function currentTask(task: Members): Members {
  const target = isMembers(task.target_server) ? pick(task.target_server, ['vm_id', 'name']) : {};
  return { ...pick(task, [...SHOWN, ...SHOWN_TOO]), target_server: target };
}

/** The source with what its task says of it. Without a task it shows the current_task that it was created with. */
function withTask(source: Members, task: Members | undefined): Members {
  const state = stateUnder(task, source.state);
  return {
    ...source,
    state,
    migration_cycle: CYCLES[String(state)] ?? 'replicating',
    current_task: task === undefined ? (source.current_task ?? null) : currentTask(task),
  };
}

const sourceIdOf = ({ source_server }: Members): string => (isMembers(source_server) ? String(source_server.id) : '');

/** The newest task of each source server, by the server's id. A deleted task is in no store, and so it frees its source. */
function tasksBySource(world: World, read_lag_ms: number): Map<string, Members> {
  const tasks = world.sms.list({ read_lag_ms, list_lag_ms: 0 });
  return new Map(tasks.map(({ value }) => [sourceIdOf(value), value]));
}

/** The source server as it was some milliseconds ago, with its task; undefined if it was not there. */
export function readSource(world: World, id: string, lagMs = 0): Members | undefined {
  const source = world.sources.readAfterLag(id, lagMs);
  return source && withTask(source, tasksBySource(world, lagMs).get(id));
}

/** The source server of a task, as it was some milliseconds ago. If it is not known itself, it is as the task has it. */
export function sourceOf(world: World, task: Members, lagMs = 0): Members {
  const server = isMembers(task.source_server) ? task.source_server : {};
  const asInTask = { connected: task.connected, state: stateUnder(task, server.state) };
  return readSource(world, String(server.id), lagMs) ?? asInTask;
}

/** All source servers as they were some milliseconds ago, oldest first. */
export function readSources(world: World, lagMs = 0): Members[] {
  const tasks = tasksBySource(world, lagMs);
  const sources = world.sources.list({ read_lag_ms: lagMs, list_lag_ms: 0 });
  return sources.map(({ key, value }) => withTask(value, tasks.get(key)));
}

/** A connected source server without a task. `wanted` replaces its members. */
export const newSmsSource = (source: string, wanted: Members, now: number): Members => ({
  id: source,
  ip: '192.168.0.154',
  name: 'source',
  hostname: 'source',
  os_type: 'LINUX',
  os_version: 'CENTOS_7_6_64BIT',
  oem_system: false,
  state: 'waiting',
  connected: true,
  current_task: null,
  init_target_server: { disks: [], volume_groups: [] },
  disks: [],
  agent_version: '25.2.0',
  has_tc: true,
  add_date: now,
  ...wanted,
});
