import { isMembers, type Members, pick } from '../json.ts';
import type { Applied, Operation, World } from '../world.ts';
import { refuseMissing } from './body.ts';
import { sourceOf } from './source.ts';

/** Fields that a call accepts and GET does not show (manual, ShowTask). No read can confirm such a change. */
const WRITE_ONLY = [
  'exist_server',
  'use_ipv6',
  'use_public_ip',
  'target_disk_ids',
  'snapshot_ids',
  'image_disk_id',
  'cutovered_snapshot_ids',
  'auto_start',
  'start_network_check',
  'over_speed_threshold',
  'is_need_consistency_check',
  'clonevm_template_id',
];
/** What calls of their own show, and the source server. */
const SHOWN_ELSEWHERE = ['speed_limits', 'configurations', 'source_state'];

const TARGET = ['id', 'vm_id', 'name', 'ip', 'os_type', 'os_version', 'system_dir', 'disks', 'volume_groups'];
const TARGET_TOO = ['btrfs_list', 'image_disk_id', 'cutovered_snapshot_ids'];

const HIDDEN = new Set([...WRITE_ONLY, ...SHOWN_ELSEWHERE]);

/** btrfs_list is written as objects and read as strings (manual, TaskTargetServer). */
function targetDetails(target: Members): Members {
  const { btrfs_list: list, ...rest } = pick(target, [...TARGET, ...TARGET_TOO]);
  if (!Array.isArray(list)) return rest;
  return { ...rest, btrfs_list: list.map((one: unknown) => (isMembers(one) ? String(one.name ?? '') : one)) };
}

/** The task as GET /v3/tasks/{task_id} shows it. */
export function smsTaskDetails(task: Members): Members {
  const shown = Object.fromEntries(Object.entries(task).filter(([name]) => !HIDDEN.has(name)));
  return isMembers(shown.target_server) ? { ...shown, target_server: targetDetails(shown.target_server) } : shown;
}

/** A task in state READY. `wanted` replaces its members. */
export const newSmsTask = (task: string, wanted: Members, now: number): Members => ({
  id: task,
  name: 'MigrationTask',
  type: 'MIGRATE_BLOCK',
  os_type: 'LINUX',
  priority: 1,
  speed_limit: 0,
  region_id: '',
  region_name: '',
  project_id: '',
  project_name: '',
  enterprise_project_id: '0',
  start_target_server: true,
  migration_ip: null,
  vm_template_id: '',
  source_server: {
    id: task,
    ip: '192.168.0.154',
    name: 'source',
    os_type: 'LINUX',
    oem_system: false,
    state: 'waiting',
  },
  target_server: { id: task, vm_id: '', name: '', ip: null, os_type: 'LINUX', disks: [], volume_groups: [] },
  state: 'READY',
  estimate_complete_time: null,
  connected: true,
  create_date: now,
  start_date: null,
  finish_date: null,
  migrate_speed: 0,
  error_json: '',
  total_time: 0,
  float_ip: null,
  remain_seconds: 0,
  target_snapshot_id: null,
  clone_server: null,
  sub_tasks: [],
  ...wanted,
});

/** The task of a call. Refuses the call if there is none. */
export const findTask = (world: World, task: string): Members =>
  world.sms.get(task) ?? refuseMissing(world, 'SMS.7703');

/** Puts a task that was changed in the place of what it was before. */
export function changeTask(world: World, task: string, before: Members, after: Members): Applied {
  world.sms.change(task, after);
  return { before, after };
}

/** The task in a state, which decides again what state its source server has. */
export function inState(task: Members, state: string): Members {
  const { source_state: _, ...rest } = task;
  return { ...rest, state };
}

/** The task with the state that its source server has now. */
function withSourceState(world: World, task: Members): Members {
  const { source_server: server } = task;
  if (!isMembers(server)) return task;
  return { ...task, source_server: { ...server, state: sourceOf(world, task, world.settings.read_lag_ms).state } };
}

/** GET /v3/tasks/{task_id}. The reply lacks the write-only fields, which the manual lists. */
export const showTask: Operation = (world, { task }) => {
  const found = world.sms.readAfterLag(task, world.settings.read_lag_ms) ?? refuseMissing(world, 'SMS.7703');
  return { reply: { status: 200, body: smsTaskDetails(withSourceState(world, found)) } };
};
