import { isMembers, type Members, pick } from '../json.ts';
import { fitsName, pageOf } from '../paging.ts';
import type { Operation } from '../world.ts';
import { refuseProblems } from './body.ts';
import { dcsTaskDetails } from './details.ts';
import { dcsKey } from './task.ts';

/** The limits of Huawei's page of 2025. The other pages give none. */
const LIMITS = { standard: 10, minLimit: 1, maxLimit: 1000, maxOffset: 2_147_483_647 };

const SHOWN = ['task_id', 'task_name', 'status', 'migration_type', 'migration_method', 'ecs_tenant_private_ip'];
const SHOWN_TOO = ['description', 'released_at', 'version', 'resume_mode', 'supported_features'];

/** A time of the details as the list shows it, such as 2019-10-22T14:44:30.000Z. */
const listTime = (time: unknown): string => String(time).replace(/^(\d{4})\/(\d\d)\/(\d\d) (\S+)$/, '$1-$2-$3T$4.000Z');

const membersOf = (value: unknown): Members => (isMembers(value) ? value : {});

/** Where the data come from: the bucket of an import, or the source's addresses. */
const dataSource = ({ backup_files, source_instance }: Members): unknown =>
  membersOf(backup_files).bucket_name ?? membersOf(source_instance).addrs;

function listItem(task: Members): Members {
  const details = dcsTaskDetails(task);
  const [source, target] = [membersOf(details.source_instance), membersOf(details.target_instance)];
  return {
    ...pick(details, SHOWN),
    data_source: dataSource(details) ?? null,
    source_instance_name: source.name ?? null,
    source_instance_id: source.id ?? null,
    target_instance_addrs: target.addrs ?? null,
    target_instance_name: target.name ?? null,
    target_instance_id: target.id ?? null,
    created_at: listTime(task.created_at),
    source_instance_status: source.task_status ?? null,
    target_instance_status: target.task_status ?? null,
    error_message: null,
    ...pick(details, SHOWN_TOO),
  };
}

/** GET /v2/{project_id}/migration-tasks: the tasks of a project, oldest first, without those that were deleted. */
export const listMigrationTask: Operation = (world, { project, query }) => {
  const { settings } = world;
  const ofProject = world.dcs.list(settings).filter(({ key }) => key.startsWith(dcsKey(project, '')));
  const tasks = ofProject
    .map(({ value }) => value)
    .filter(({ status, task_name }) => status !== 'DELETED' && fitsName(task_name, query, settings));
  const page = refuseProblems(() => pageOf(tasks, query, LIMITS, settings));
  return { reply: { status: 200, body: { count: tasks.length, migration_tasks: page.map(listItem) } } };
};
