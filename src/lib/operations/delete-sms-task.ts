import * as z from 'zod';
import type { JsonObject } from '../json/exact-json.ts';
import { pathId, ReadReply, SilentReply } from './fields.ts';
import { defineOperation, type Verdict } from './operation.ts';
import { path } from './paths.ts';

const dataSchema = () => z.strictObject({ task_id: pathId(36) });
type Data = z.infer<ReturnType<typeof dataSchema>>;

function verdict({ absent, state }: JsonObject): Verdict {
  if (absent === true || state === 'DELETING') return 'applied';
  return typeof state === 'string' ? 'not-applied' : 'cannot-tell';
}

/** DELETE /v3/tasks/{task_id}: deletes a server's migration task and its snapshots. The record of the source stays. */
export const deleteSmsTask = defineOperation<Data>({
  name: 'delete-sms-task',
  call: 'DeleteTask',
  service: 'sms',
  change: 'migration.sms.task.delete',
  permissions: ['sms:server:deleteTask', 'sms:server:getTask'],
  input: dataSchema,
  subject: ({ task_id }) => ({ kind: 'task', id: task_id }),
  method: 'DELETE',
  path: ({ task_id }) => path`/v3/tasks/${task_id}`,
  reply: SilentReply,
  pickReply: () => ({}),
  readBack: {
    path: ({ task_id }) => path`/v3/tasks/${task_id}`,
    reply: ReadReply,
    version: 1,
    snapshot: ({ state }) => (typeof state === 'string' ? { state } : {}),
    verdict,
    unverifiable: () => [],
  },
  repeatable: true,
  removes: ['SMS.7703', 'SMS.0505'],
});
