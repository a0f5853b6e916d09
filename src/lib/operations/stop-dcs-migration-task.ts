import * as z from 'zod';
import { nonEmpty, pathId, ReadReply } from './fields.ts';
import { defineOperation } from './operation.ts';
import { path } from './paths.ts';

const dataSchema = () => z.strictObject({ project_id: pathId(64), task_id: pathId(64) });
type Data = z.infer<ReturnType<typeof dataSchema>>;

/** Both spellings of the incremental state are in use. */
const MIGRATING = new Set<unknown>(['MIGRATING', 'FULLMIGRATING', 'INCRMIGRATING', 'INCRMIGEATING']);
const STOPPED = new Set<unknown>(['TERMINATING', 'TERMINATED']);

/** POST /v2/{project_id}/migration-task/{task_id}/stop: ends a migration. The copied data stays in the target. */
export const stopDcsMigrationTask = defineOperation<Data>({
  name: 'stop-dcs-migration-task',
  call: 'StopMigrationTask',
  service: 'dcs',
  change: 'migration.dcs.migration-task.stop',
  permissions: ['dcs:migrationTask:modify', 'dcs:migrationTask:get'],
  input: dataSchema,
  subject: ({ project_id, task_id }) => ({ kind: 'migration-task', id: task_id, project_id }),
  method: 'POST',
  path: ({ project_id, task_id }) => path`/v2/${project_id}/migration-task/${task_id}/stop`,
  // The reply holds the whole task, with the passwords of both instances.
  reply: ReadReply,
  pickReply: (reply) => pickStatus(reply as ReadReply),
  readBack: {
    path: ({ project_id, task_id }) => path`/v2/${project_id}/migration-task/${task_id}`,
    reply: ReadReply,
    version: 1,
    snapshot: pickStatus,
    verdict: ({ status }) => {
      if (STOPPED.has(status)) return 'applied';
      // In any other state the task may have ended by itself before the request arrived.
      return MIGRATING.has(status) ? 'not-applied' : 'cannot-tell';
    },
    unverifiable: () => [],
  },
  repeatable: true,
});

function pickStatus({ status }: ReadReply): ReadReply {
  return nonEmpty(status) === undefined ? {} : { status };
}
