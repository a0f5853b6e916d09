import { isMembers, type Members, pick } from '../json.ts';
import { fitsName, pageOf } from '../paging.ts';
import type { Operation } from '../world.ts';
import { refuseProblems } from './body.ts';

/** Runs a check of a query. A wrong parameter is SMS.9001, whatever is wrong. */
export const checkQuery = <T>(check: () => T): T => refuseProblems(check, { limit: 'SMS.9001', offset: 'SMS.9001' });

/** True if a value is what the query asks for by this name. An empty parameter asks for nothing. */
export function fits(query: URLSearchParams, name: string, value: unknown): boolean {
  const wanted = query.get(name) ?? '';
  return wanted === '' || wanted === String(value);
}

const FILTERS = ['state', 'id', 'enterprise_project_id'];
const LIMITS = { standard: 100, minLimit: 0, maxLimit: 200, maxOffset: 65_535 };

const SHOWN = ['id', 'name', 'type', 'os_type', 'state', 'create_date', 'priority', 'speed_limit', 'migration_ip'];
const SHOWN_TOO = ['start_target_server', 'syncing', 'need_migration_test', 'enterprise_project_id'];
const OF_SOURCE = ['id', 'ip', 'name', 'os_type', 'os_version', 'state'];
const OF_TARGET = ['id', 'vm_id', 'name', 'ip'];

const membersOf = (value: unknown): Members => (isMembers(value) ? value : {});

const listItem = (task: Members): Members => ({
  ...pick(task, [...SHOWN, ...SHOWN_TOO]),
  source_server: pick(membersOf(task.source_server), OF_SOURCE),
  target_server: pick(membersOf(task.target_server), OF_TARGET),
  log_collect_status: 'INIT',
  special_config: [],
  subtask_info: '',
});

/** GET /v3/tasks: the tasks that fit the filters, oldest first. A new task appears as late as the settings say. */
export const listTasks: Operation = (world, { query }) => {
  const { settings } = world;
  const tasks = world.sms.list(settings).map(({ value }) => value);
  const wanted = tasks.filter(
    (task) =>
      FILTERS.every((name) => fits(query, name, task[name])) &&
      fits(query, 'source_server_id', membersOf(task.source_server).id) &&
      fitsName(task.name, query, settings),
  );
  const page = checkQuery(() => pageOf(wanted, query, LIMITS, settings));
  return { reply: { status: 200, body: { count: wanted.length, tasks: page.map(listItem) } } };
};
