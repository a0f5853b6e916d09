import * as z from 'zod';
import { pathId, ReadReply, ResumeMode, SilentReply } from './fields.ts';
import { defineOperation } from './operation.ts';
import { path } from './paths.ts';

const dataSchema = () =>
  z.strictObject({
    project_id: pathId(64),
    task_id: pathId(64),
    body: z.strictObject({ resume_mode: ResumeMode.optional() }),
  });
type Data = z.infer<ReturnType<typeof dataSchema>>;

/** The default of seed 001. Seed 000 has none, so the mode is always sent. */
const resumeModeOf = ({ body }: Data) => body.resume_mode ?? 'auto';

/** PUT /v2/{project_id}/migration-task/{task_id}: sets how a task reconnects after a network fault (seeds 000, 001). */
export const updateDcsMigrationTask = defineOperation<Data>({
  name: 'update-dcs-migration-task',
  call: 'UpdateMigrationTask',
  service: 'dcs',
  change: 'migration.dcs.migration-task.update',
  permissions: ['dcs:migrationTask:modify', 'dcs:migrationTask:get'],
  input: dataSchema,
  subject: ({ project_id, task_id }) => ({ kind: 'migration-task', id: task_id, project_id }),
  method: 'PUT',
  path: ({ project_id, task_id }) => path`/v2/${project_id}/migration-task/${task_id}`,
  body: (data) => ({ resume_mode: resumeModeOf(data) }),
  // The seeds don't describe the reply, the SDK reads it as text, and others have seen an empty one.
  reply: SilentReply,
  pickReply: () => ({}),
  readBack: {
    path: ({ project_id, task_id }) => path`/v2/${project_id}/migration-task/${task_id}`,
    reply: ReadReply,
    version: 1,
    // Any other word, or none, shows nothing about the mode.
    snapshot: ({ resume_mode }) => (resume_mode === 'auto' || resume_mode === 'manual' ? { resume_mode } : {}),
    verdict: ({ resume_mode }, data) => {
      if (resume_mode === undefined) return 'cannot-tell';
      return resume_mode === resumeModeOf(data) ? 'applied' : 'not-applied';
    },
    unverifiable: () => [],
  },
  repeatable: true,
});
