import { refuse } from '../errors.ts';
import type { Members } from '../json.ts';
import { plainReply } from '../plain-reply.ts';
import { decimal, integer, list, members, text } from '../rules.ts';
import type { Operation } from '../world.ts';
import { readKnown, refuseMissing } from './body.ts';
import { changeTask, findTask } from './task.ts';

/** Whether spans may overlap or leave gaps is not published, so they may. */
const span = members({ start: text(), end: text(), speed: integer(1000n), over_speed_threshold: decimal(100, 10) }, [
  'start',
  'end',
]);

/** POST /v3/tasks/{task_id}/speed-limit: replaces all spans of time in which the speed is limited. */
export const updateSpeed: Operation = (world, call) => {
  const { speed_limit } = readKnown(call, { speed_limit: list(span, 5) }, ['speed_limit']);
  const before = findTask(world, call.task);
  const speed_limits = (speed_limit as Members[]).map((one) => ({ speed: 0, ...one }));
  const applied = changeTask(world, call.task, before, { ...before, speed_limits });
  return { reply: plainReply(world.settings.sms_write_reply), applied: [applied] };
};

/** GET /v3/tasks/{task_id}/speed-limit. Without a span, an empty list included, nothing is stored. */
export const showsSpeedLimits: Operation = (world, { task }) => {
  const found = world.sms.readAfterLag(task, world.settings.read_lag_ms) ?? refuseMissing(world, 'SMS.7703');
  const spans = (found.speed_limits ?? []) as Members[];
  if (spans.length === 0) refuse('SMS.6302');
  return { reply: { status: 200, body: { speed_limit: spans } } };
};
