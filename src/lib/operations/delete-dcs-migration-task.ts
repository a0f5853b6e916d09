import * as z from 'zod';
import { nonEmpty, pathId, ReadReply } from './fields.ts';
import { defineOperation } from './operation.ts';
import { path } from './paths.ts';

/** The API takes several ids. A change names one, so that it has one subject and one result. */
const ONE = { error: 'must be a list of exactly one id' };
const dataSchema = () =>
  z.strictObject({
    project_id: pathId(64),
    body: z.strictObject({ task_id_list: z.array(pathId(64), ONE).length(1, ONE) }),
  });
type Data = z.infer<ReturnType<typeof dataSchema>>;
const taskOf = ({ body: { task_id_list } }: Data) => task_id_list[0] ?? '';

const Reply = z.looseObject({ task_id_list: z.array(z.string()) });
type Reply = z.infer<typeof Reply>;

/** DELETE /v2/{project_id}/migration-tasks/delete: deletes a task and its machine. Source and target are not touched. */
export const deleteDcsMigrationTask = defineOperation<Data>({
  name: 'delete-dcs-migration-task',
  call: 'DeleteMigrationTask',
  service: 'dcs',
  change: 'migration.dcs.migration-task.delete',
  permissions: ['dcs:migrationTask:delete', 'dcs:migrationTask:get'],
  input: dataSchema,
  subject: (data) => ({ kind: 'migration-task', id: taskOf(data), project_id: data.project_id }),
  method: 'DELETE',
  path: ({ project_id }) => path`/v2/${project_id}/migration-tasks/delete`,
  body: ({ body }) => body,
  reply: Reply,
  pickReply: () => ({}),
  // An id that is not in the list was not taken.
  isErrorReply: (reply, data) => !(reply as Reply).task_id_list.includes(taskOf(data)),
  readBack: {
    path: (data) => path`/v2/${data.project_id}/migration-task/${taskOf(data)}`,
    reply: ReadReply,
    version: 1,
    snapshot: ({ status }) => (nonEmpty(status) === undefined ? {} : { status }),
    // A deleted task may still be shown, as one that succeeded. The request is then repeated, which does nothing.
    verdict: ({ absent, status }) => (absent === true || status === 'DELETED' ? 'applied' : 'cannot-tell'),
    unverifiable: () => [],
  },
  repeatable: true,
  removes: ['DCS.4133'],
});
