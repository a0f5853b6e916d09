import { canonical, sha256 } from '../change/fingerprint.ts';
import type { ValidRecord } from '../change/parse-record.ts';
import type { JsonObject } from '../json/exact-json.ts';
import type { Operation } from '../operations/operation.ts';
import type { Failure } from './completion.ts';
import type { Context, Job } from './context.ts';
import type { Answer } from './provider.ts';
import { errorInReply } from './reply-error.ts';

/** What a read of the task showed, or why it failed. */
export type Look =
  | { facts: JsonObject; failedState: string | undefined; status: number; requestId: string | undefined }
  | { failure: Failure };

/** Reads the task that a change names. */
export function readTask(
  { provider, policy }: Context,
  { change: { operation, data, subject } }: Job,
): Promise<Answer> {
  return provider.send({
    service: operation.service,
    method: 'GET',
    path: operation.readBack.path(data),
    deadline: policy.times.readDeadline,
    ...(subject.project_id !== undefined && { projectId: subject.project_id }),
  });
}

/** Makes a snapshot from the reply to a read, with the values that the operation looks at. A 2xx with an error in place of a task counts as a failure. */
export function look({ operation, data }: ValidRecord, answer: Answer): Look {
  if (!answer.ok) return { failure: answer };
  const task = operation.readBack.reply.safeParse(answer.body);
  if (!task.success) return { failure: unreadable(answer.status) };
  const facts = operation.readBack.look(task.data, data);
  if (!isTask(task.data, facts)) return { failure: unreadable(answer.status) };
  const { status, requestId } = answer;
  return { facts, failedState: failedState(task.data), status, requestId };
}

/** A task has an id or shows a known value. An error document has no id but may have a status, so its error code decides. */
function isTask(body: JsonObject, facts: JsonObject): boolean {
  const has = (name: string) => typeof body[name] === 'string';
  if (has('id') || has('task_id')) return true;
  const error = errorInReply(body);
  return error?.code === undefined && (!error || Object.keys(facts).length > 0 || has('state') || has('status'));
}

/** The state of a failed task, in the spelling of either cloud. Text that does not have the form of a state is ignored. */
function failedState({ status, state }: JsonObject): string | undefined {
  return [status, state].find(
    (word) => typeof word === 'string' && /^[A-Z_]{0,32}(?:FAIL|ERROR)[A-Z_]{0,32}$/.test(word),
  ) as string | undefined;
}

const unreadable = (status: number): Failure => ({
  ok: false,
  executed: 'no',
  status,
  error: {
    class: 'service_error',
    code: 'task_unreadable',
    remedy: 'later',
    message: 'The task could be read, but not understood.',
    advice: 'Look at the task in the console of the provider.',
  },
});

/** The baseline as the ledger stores it: the version of what a snapshot contains, and a digest of the snapshot. */
export const baselineOf = ({ readBack: { version } }: Operation, facts: JsonObject) =>
  `${version}:${sha256(canonical(facts))}`;

/**
 * Tells whether the task showed given facts before the first request. Undefined if there is no baseline, or one of another
 * version: such digests differ although the task has not changed.
 */
export function shownBefore(operation: Operation, baseline: string | undefined) {
  if (!baseline?.startsWith(`${operation.readBack.version}:`)) return undefined;
  return (facts: JsonObject) => baselineOf(operation, facts) === baseline;
}
