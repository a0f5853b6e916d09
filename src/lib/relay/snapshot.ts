import { canonical, sha256 } from '../change/fingerprint.ts';
import type { ValidRecord } from '../change/parse-record.ts';
import type { JsonObject } from '../json/exact-json.ts';
import type { Operation } from '../operations/operation.ts';
import { type Failure, READ_FAILURES } from './completion.ts';
import type { Context, Job } from './context.ts';
import type { Answer } from './provider.ts';
import { errorInReply } from './reply-error.ts';

/** What a read of the task showed: the values that the operation compares, and the state of a failed task. */
interface Snapshot {
  values: JsonObject;
  failedState: string | undefined;
  status: number;
  requestId: string | undefined;
}

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

/** Makes a snapshot from the answer to a read. A 2xx with an error in place of a task counts as a failure. */
export function snapshotOf({ operation, data }: ValidRecord, answer: Answer): Snapshot | { failure: Failure } {
  if (!answer.ok) return { failure: answer };
  const task = operation.readBack.reply.safeParse(answer.body);
  if (!task.success) return { failure: unreadable(answer.status) };
  const values = operation.readBack.snapshot(task.data, data);
  if (!isTask(task.data, values)) return { failure: unreadable(answer.status) };
  const { status, requestId } = answer;
  return { values, failedState: failedState(task.data), status, requestId };
}

/** A task has an id or shows a known value. An error document has no id but may have a status, so its error code decides. */
function isTask(body: JsonObject, values: JsonObject): boolean {
  const has = (name: string) => typeof body[name] === 'string';
  if (has('id') || has('task_id')) return true;
  const error = errorInReply(body);
  return error?.code === undefined && (!error || Object.keys(values).length > 0 || has('state') || has('status'));
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
  error: READ_FAILURES.task_unreadable,
});

/** The baseline as the ledger stores it: the version of what a snapshot contains, and a digest of the snapshot. */
export const baselineOf = ({ readBack: { version } }: Operation, values: JsonObject) =>
  `${version}:${sha256(canonical(values))}`;

/**
 * Tells whether the task showed given values before the first request. Undefined if there is no baseline, or one of another
 * version: such digests differ although the task has not changed.
 */
export function baselineTest(operation: Operation, baseline: string | undefined) {
  if (!baseline?.startsWith(`${operation.readBack.version}:`)) return undefined;
  return (values: JsonObject) => baselineOf(operation, values) === baseline;
}
