import { randomUUID } from 'node:crypto';
import { members, text } from '../rules.ts';
import { hasJobId } from '../settings.ts';
import type { Operation } from '../world.ts';
import { readMembers } from './body.ts';
import { addressOf } from './details.ts';
import { jobIdOf } from './job.ts';
import { createTask } from './task.ts';

const REQUIRED = ['name', 'vpc_id', 'subnet_id', 'security_group_id'];

/** No page publishes a limit of name and description. */
const creation = members(
  { ...Object.fromEntries(REQUIRED.map((name) => [name, text(Infinity, 1)])), description: text(Infinity) },
  REQUIRED,
);

/** POST /v2/{project_id}/migration/instance: makes a task, and the machine that is to migrate. Names may repeat. */
export const createOnlineMigrationTask: Operation = (world, call) => {
  const { name, description = '', vpc_id, subnet_id, security_group_id } = readMembers(call, creation);
  const task = randomUUID();
  const applied = createTask(world, call.project, task, {
    task_name: name,
    description,
    status: 'CREATING',
    ecs_tenant_private_ip: addressOf(task),
    tenant_vpc_id: vpc_id,
    tenant_subnet_id: subnet_id,
    tenant_security_group_id: security_group_id,
  });
  const job = hasJobId(world.settings) ? { job_id: jobIdOf(task) } : {};
  return { reply: { status: 200, body: { instance_id: task, ...job } }, applied: [applied] };
};
