import * as z from 'zod';
import { isObject, type JsonObject } from '../json/exact-json.ts';
import { nonEmpty, pathId, ReadReply } from './fields.ts';
import { type BaselineTest, defineOperation, type Verdict } from './operation.ts';
import { path } from './paths.ts';

/** The API takes several ids. A change names one, so that it has one subject and one result. */
const ONE = { error: 'must be a list of exactly one id' };
const dataSchema = () =>
  z.strictObject({
    project_id: pathId(64),
    body: z.strictObject({ migration_tasks: z.array(pathId(64), ONE).length(1, ONE) }),
  });
type Data = z.infer<ReturnType<typeof dataSchema>>;
const taskOf = ({ body: { migration_tasks } }: Data) => migration_tasks[0] ?? '';

/** The reply's element for the task of a change. */
function elementOf(body: unknown, data: Data): JsonObject | undefined {
  const elements = isObject(body) && Array.isArray(body.migration_tasks) ? body.migration_tasks : [];
  return elements.filter(isObject).find(({ task_id }) => task_id === taskOf(data)) as JsonObject | undefined;
}

/** The states in which a run has ended, and those that only a new run leads to. */
const ENDED = ['TERMINATED', 'FAILED', 'MIGRATION_FAILED', 'SUCCESS'];
const RUNNING = new Set<unknown>(['MIGRATING', 'FULLMIGRATING', 'INCRMIGRATING', 'INCRMIGEATING']);

function verdict({ status }: JsonObject, isBaseline: BaselineTest | undefined): Verdict {
  const hadEnded = ENDED.some((ended) => isBaseline?.({ status: ended }));
  if (RUNNING.has(status)) return hadEnded ? 'applied' : 'cannot-tell';
  // A short run may have succeeded or failed again in the meantime. No run ends as terminated by itself.
  return status === 'TERMINATED' && isBaseline?.({ status }) ? 'not-applied' : 'cannot-tell';
}

/** POST /v2/{project_id}/migration-tasks/batch-restart: runs a task again, with the configuration that it had. */
export const restartDcsOnlineMigration = defineOperation<Data>({
  name: 'restart-dcs-online-migration',
  call: 'BatchRestartOnlineMigrationTasks',
  service: 'dcs',
  change: 'migration.dcs.online-migration.restart',
  permissions: ['dcs:migrationTask:modify', 'dcs:migrationTask:get'],
  cloud: 'huawei-cloud',
  input: dataSchema,
  subject: (data) => ({ kind: 'migration-task', id: taskOf(data), project_id: data.project_id }),
  method: 'POST',
  path: ({ project_id }) => path`/v2/${project_id}/migration-tasks/batch-restart`,
  body: ({ body }) => body,
  reply: ReadReply,
  pickReply: () => ({}),
  refusalIn: (body, data) => {
    const element = elementOf(body, data);
    return element?.result === 'failed' ? element : undefined;
  },
  isErrorReply: (reply, data) => elementOf(reply, data)?.result !== 'success',
  readBack: {
    path: (data) => path`/v2/${data.project_id}/migration-task/${taskOf(data)}`,
    reply: ReadReply,
    version: 1,
    snapshot: ({ status }) => (nonEmpty(status) === undefined ? {} : { status }),
    verdict: (snapshot, _data, isBaseline) => verdict(snapshot, isBaseline),
    unverifiable: () => [],
  },
  // Each restart copies everything again and overwrites equal keys of the target.
  repeatable: false,
});
