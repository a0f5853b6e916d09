import { canonical, sha256 } from '../change/fingerprint.ts';
import type { ValidRecord } from '../change/parse-record.ts';
import { isObject, type JsonObject } from '../json/exact-json.ts';
import { ABSENT, type Operation } from '../operations/operation.ts';
import { type Failure, isGone, isRemoved } from './completion.ts';
import type { Context, Job } from './context.ts';
import { readList } from './listing.ts';
import type { Answer } from './provider.ts';
import { READ_FAILURES } from './relay-errors.ts';
import { errorInReply } from './reply-error.ts';

/** What a read of the task showed: the values that the operation compares, and the state of a failed task. */
interface Snapshot {
  values: JsonObject;
  /** The state of the task if it has failed; of a list, that of the element with an id. */
  failedState(id?: string): string | undefined;
  status: number;
  requestId: string | undefined;
}

/** The service and the project that a change's requests go to. */
export const targetOf = ({ operation, subject }: ValidRecord) => ({
  service: operation.service,
  ...(subject.project_id !== undefined && { projectId: subject.project_id }),
});

/** Reads the task that a change names, or the whole list that its operation looks into, within the time for one read. */
export function readTask({ provider, policy, now }: Context, { change }: Job): Promise<Answer> {
  const { operation, data } = change;
  const { list, path } = operation.readBack;
  const end = now() + policy.times.readDeadline;
  const read = (path: string) => provider.send({ ...targetOf(change), method: 'GET', path, deadline: end - now() });
  return list ? readList(list, (offset) => read(list.path(data, offset))) : read(path(data));
}

/** A text of the change's own, by which what it created is recognised. It needs no memory, and survives a crash. */
export const markOf = (key: string) => `[relay:${sha256(key).slice(0, 16)}]`;

/** Makes a snapshot from the answer to a read. A 2xx with an error in place of a task counts as a failure. */
export function snapshotOf(change: ValidRecord, answer: Answer): Snapshot | { failure: Failure } {
  const { operation, data } = change;
  if (!answer.ok) return snapshotOfFailure(change, answer);
  const task = operation.readBack.reply.safeParse(answer.body);
  if (!task.success) return { failure: unreadable(answer.status) };
  const values = operation.readBack.snapshot(task.data, data, markOf(change.key));
  if (!operation.readBack.list && !isTask(task.data, values)) return { failure: unreadable(answer.status) };
  const { status, requestId } = answer;
  return { values, failedState: (id) => failedState(elementIn(operation, task.data, id)), status, requestId };
}

/** A read that is refused because something does not exist may show all that the operation needs to know. */
function snapshotOfFailure(change: ValidRecord, failure: Failure): Snapshot | { failure: Failure } {
  const { operation } = change;
  const { readBack } = operation;
  const { error, status = 0, requestId } = failure;
  if (!isGone(failure)) return { failure };
  const shown = readBack.shownByRefusal?.(error.code);
  const values = shown
    ? readBack.snapshot(shown, change.data, markOf(change.key))
    : isRemoved(operation, failure) && ABSENT;
  return values ? { values, failedState: () => undefined, status, requestId } : { failure };
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

/** What a read shows: the task itself, or the element of a list with an id. */
function elementIn({ readBack: { list } }: Operation, shown: JsonObject, id: string | undefined): JsonObject {
  if (!list) return shown;
  const all = Array.isArray(shown.elements) ? (shown.elements.filter(isObject) as JsonObject[]) : [];
  return all.find((one) => list.idOf(one) === id) ?? {};
}

const unreadable = (status: number): Failure => ({
  ok: false,
  executed: 'no',
  status,
  error: READ_FAILURES.task_unreadable,
});

/** The baseline as the ledger stores it: the version of what a snapshot contains, and its digest, or the ids of a list. */
export const baselineOf = ({ readBack: { version, list } }: Operation, values: JsonObject) =>
  `${version}:${list ? JSON.stringify(values.ids) : sha256(canonical(values))}`;

/**
 * Tells whether the task showed given values before the first request; of a list, whether it had an element with an id.
 * Undefined if there is no baseline, or one of another version, which differs although the task has not changed.
 */
export function baselineTest(operation: Operation, baseline: string | undefined) {
  const version = `${operation.readBack.version}:`;
  if (!baseline?.startsWith(version)) return undefined;
  if (operation.readBack.list) {
    const ids = new Set(JSON.parse(baseline.slice(version.length)) as unknown[]);
    return ({ id }: JsonObject) => ids.has(id);
  }
  return (values: JsonObject) => baselineOf(operation, values) === baseline;
}
