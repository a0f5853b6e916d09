import { canonical, sha256 } from '../change/fingerprint.ts';
import type { ValidRecord } from '../change/parse-record.ts';
import type { JsonObject } from '../json/exact-json.ts';
import type { Operation } from '../operations/operation.ts';
import type { Failure } from './completion.ts';
import type { Context, Job } from './context.ts';
import type { Answer } from './provider.ts';
import { errorInReply } from './reply-error.ts';

/** What a reading of the task showed, or why it showed nothing. */
export type Look =
  | { facts: JsonObject; failedState: string | undefined; status: number; requestId: string | undefined }
  | { failure: Failure };

/** Reads the task that an order names. */
export function readTask({ provider, policy }: Context, { order: { operation, data, subject } }: Job): Promise<Answer> {
  return provider.send({
    service: operation.service,
    method: 'GET',
    path: operation.readBack.path(data),
    deadline: policy.times.readDeadline,
    ...(subject.project_id !== undefined && { projectId: subject.project_id }),
  });
}

/** Interprets the reply to a reading: the operation's own view of the task. A 2xx with an error in place of a task shows nothing. */
export function look({ operation, data }: ValidRecord, answer: Answer): Look {
  if (!answer.ok) return { failure: answer };
  const task = operation.readBack.reply.safeParse(answer.body);
  if (!task.success) return { failure: unreadable(answer.status) };
  const facts = operation.readBack.look(task.data, data);
  if (!isTask(task.data, facts)) return { failure: unreadable(answer.status) };
  const { status, requestId } = answer;
  return { facts, failedState: failedState(task.data), status, requestId };
}

/** A task has an id or shows something. An error document has no id, and may show a status: its code tells it from a task. */
function isTask(body: JsonObject, facts: JsonObject): boolean {
  const has = (name: string) => typeof body[name] === 'string';
  if (has('id') || has('task_id')) return true;
  const error = errorInReply(body);
  return error?.code === undefined && (!error || Object.keys(facts).length > 0 || has('state') || has('status'));
}

/** The state of a task that failed, in both clouds' spellings; only a word that has the form of a state. */
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

/** What a reading before the first request showed, as the ledger keeps it: the version of what is looked at, and a digest. */
export const baselineOf = ({ readBack: { version } }: Operation, facts: JsonObject) =>
  `${version}:${sha256(canonical(facts))}`;

/**
 * Whether the task once showed given facts; undefined where nothing was kept, or by a version that looked at other things: two
 * digests of different views differ although nothing has moved.
 */
export function shownBefore(operation: Operation, baseline: string | undefined) {
  if (!baseline?.startsWith(`${operation.readBack.version}:`)) return undefined;
  return (facts: JsonObject) => baselineOf(operation, facts) === baseline;
}
