import * as z from 'zod';
import type { JsonObject } from '../json/exact-json.ts';
import { pathId, ReadReply } from './fields.ts';
import { omit, omittedFields } from './omitted-fields.ts';
import { defineOperation, once, type Revision } from './operation.ts';
import { path } from './paths.ts';
import { TASK_BODIES } from './sms-task-body.ts';
import { snapshot, unverifiable, verdict } from './sms-task-reading.ts';

interface Data {
  task_id: string;
  body: JsonObject;
}

const taskId = (revision: Revision) => (revision === '2024-09' ? pathId(255, '_-') : pathId(36));
const inputOf = (revision: Revision) => z.strictObject({ task_id: taskId(revision), body: TASK_BODIES[revision]() });

const ENTERPRISE_NAMES = new Set(['enterprise_project_id', 'enterprise_project']);

const Reply = z.union([z.undefined(), z.looseObject({ id: z.string().nullish() })]);

interface ApiRevision {
  revision: Revision;
  other: Revision;
  enterpriseName: string;
}

function updateSmsTask({ revision, other, enterpriseName }: ApiRevision) {
  const own = once(() => inputOf(revision));
  const fields = once(() => omittedFields(own(), inputOf(other)));
  return defineOperation<Data>({
    name: 'update-sms-task',
    call: 'UpdateTask',
    service: 'sms',
    change: 'migration.sms.task.update',
    permissions: ['sms:server:updateTask', 'sms:server:getTask'],
    revision,
    input: own,
    omit: (data) => {
      const omitted: string[] = [];
      return { data: omit(data, fields(), 'data', omitted) as JsonObject, omitted };
    },
    subject: ({ task_id }) => ({ kind: 'task', id: task_id }),
    method: 'PUT',
    path: ({ task_id }) => path`/v3/tasks/${task_id}`,
    body: ({ body }) =>
      Object.fromEntries(
        Object.entries(body).map(([name, value]) => [ENTERPRISE_NAMES.has(name) ? enterpriseName : name, value]),
      ),
    reply: Reply,
    pickReply: (reply) => {
      const id = (reply as z.infer<typeof Reply>)?.id;
      return typeof id === 'string' ? { id } : {};
    },
    readBack: {
      path: ({ task_id }) => path`/v3/tasks/${task_id}`,
      reply: ReadReply,
      version: 1,
      snapshot: (task, { body }) => snapshot(task, body),
      verdict: (snapshot, { body }) => verdict(snapshot, body),
      unverifiable: ({ body }) => unverifiable(body),
    },
    repeatable: true,
  });
}

/** PUT /v3/tasks/{task_id} as published in September 2024. Every field of seed 003 is sent. */
export const updateSmsTask202409 = updateSmsTask({
  revision: '2024-09',
  other: '2026-01',
  enterpriseName: 'enterprise_project_id',
});

/** PUT /v3/tasks/{task_id} as published in January 2026 (seed 004). Fields that were removed from the API are left out. */
export const updateSmsTask202601 = updateSmsTask({
  revision: '2026-01',
  other: '2024-09',
  enterpriseName: 'enterprise_project',
});
