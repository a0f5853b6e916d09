import * as z from 'zod';
import { isObject, type JsonObject } from '../json/exact-json.ts';
import { decimal, integer, list, pathId, ReadReply, SilentReply } from './fields.ts';
import { defineOperation } from './operation.ts';
import { path } from './paths.ts';

const TIME = { error: 'must be a time of day, from 00:00 to 24:00' };
function dataSchema() {
  const Time = z.string(TIME).regex(/^(?:(?:[01]\d|2[0-3]):[0-5]\d|24:00)$/, TIME);
  const Span = z.strictObject({
    start: Time,
    end: Time,
    speed: integer(1000).optional(),
    over_speed_threshold: decimal(100, 10).optional(),
  });
  return z.strictObject({ task_id: pathId(36), body: z.strictObject({ speed_limit: list(Span, 5) }) });
}
type Data = z.infer<ReturnType<typeof dataSchema>>;

/** The defaults of the manual. The SDK of 2024 requires a speed, so it is always sent. */
const [UNLIMITED, THRESHOLD] = [0, 10];

/** A time of day, which may be shown with seconds. */
const SHOWN_TIME = /^(\d\d:\d\d)(?::00)?$/;
const timeOf = (shown: unknown) => SHOWN_TIME.exec(String(shown))?.[1];

/** The limits of a day as one text that does not depend on their order, in a change's body or as a read shows them. */
function limitsOf({ speed_limit: spans }: JsonObject): JsonObject {
  if (!Array.isArray(spans)) return {};
  const texts = spans.map((span) => {
    const { start, end, speed, over_speed_threshold } = isObject(span) ? span : {};
    const [from, to] = [timeOf(start), timeOf(end)];
    if (from === undefined || to === undefined) return undefined;
    return `${from}-${to} ${Number(speed ?? UNLIMITED)} ${Number(over_speed_threshold ?? THRESHOLD)}`;
  });
  return texts.includes(undefined) ? {} : { speed_limit: texts.sort().join(', ') };
}

/** The limits of a change as a service shows them that knows no thresholds, as before March 2025. */
const withoutThresholds = (spans: Data['body']['speed_limit']) =>
  limitsOf({ speed_limit: spans.map(({ over_speed_threshold: _none, ...span }) => span) });

/** POST /v3/tasks/{task_id}/speed-limit: sets all limits of a task's speed over a day. What an empty list does is not known. */
export const limitSmsTaskSpeed = defineOperation<Data>({
  name: 'limit-sms-task-speed',
  call: 'UpdateSpeed',
  service: 'sms',
  change: 'migration.sms.task.limit-speed',
  permissions: ['sms:server:updateTaskSpeedLimit', 'sms:server:getTaskSpeedLimit'],
  input: dataSchema,
  subject: ({ task_id }) => ({ kind: 'task', id: task_id }),
  method: 'POST',
  path: ({ task_id }) => path`/v3/tasks/${task_id}/speed-limit`,
  body: ({ body }) => ({ speed_limit: body.speed_limit.map((span) => ({ speed: UNLIMITED, ...span })) }),
  reply: SilentReply,
  pickReply: () => ({}),
  readBack: {
    path: ({ task_id }) => path`/v3/tasks/${task_id}/speed-limit`,
    reply: ReadReply,
    version: 1,
    snapshot: limitsOf,
    // The task exists, and has no limits.
    shownByRefusal: (code) => (code === 'SMS.6302' ? { speed_limit: [] } : undefined),
    verdict: ({ speed_limit }, { body }) => {
      if (speed_limit === undefined) return 'cannot-tell';
      if (speed_limit === limitsOf(body).speed_limit) return 'applied';
      return speed_limit === withoutThresholds(body.speed_limit).speed_limit ? 'cannot-tell' : 'not-applied';
    },
    unverifiable: () => [],
  },
  repeatable: true,
});
