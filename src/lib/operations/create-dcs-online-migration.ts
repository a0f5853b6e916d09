import * as z from 'zod';
import { findByMark, marked, nameWarnings, taskName } from './dcs-creation.ts';
import { anyText, CreatedId, pathId, text } from './fields.ts';
import { defineOperation } from './operation.ts';
import { path } from './paths.ts';

function dataSchema() {
  const Id = text(255, 1);
  const Body = z.strictObject({
    name: taskName(),
    description: anyText().optional(),
    vpc_id: Id,
    subnet_id: Id,
    security_group_id: Id,
  });
  return z.strictObject({ project_id: pathId(64), body: Body });
}
type Data = z.infer<ReturnType<typeof dataSchema>>;

/** The page calls the id of the task instance_id. Only Huawei Cloud names a job, and no page mentions it. */
const Reply = z.looseObject({ instance_id: CreatedId, job_id: z.string().nullish() });
type Reply = z.infer<typeof Reply>;

/** POST /v2/{project_id}/migration/instance: creates an online migration task with a machine of its own in a subnet. */
export const createDcsOnlineMigration = defineOperation<Data>({
  name: 'create-dcs-online-migration',
  call: 'CreateOnlineMigrationTask',
  service: 'dcs',
  change: 'migration.dcs.online-migration.create',
  permissions: ['dcs:migrationTask:create', 'dcs:migrationTask:list'],
  input: dataSchema,
  warnings: ({ body }) => nameWarnings('name', body.name),
  // There is no task yet, so the order of creations depends on the name.
  subject: ({ project_id, body }) => ({ kind: 'migration-task-name', id: body.name, project_id }),
  method: 'POST',
  path: ({ project_id }) => path`/v2/${project_id}/migration/instance`,
  body: ({ body }, _secret, mark) => ({ ...body, description: marked(body.description, mark) }),
  reply: Reply,
  createdIn: (reply) => (reply as Reply).instance_id,
  pickReply: (reply) => {
    const { job_id } = reply as Reply;
    return job_id ? { job_id } : {};
  },
  readBack: findByMark(({ body }) => body.name),
  // A second request makes a second task and a second machine.
  repeatable: false,
});
