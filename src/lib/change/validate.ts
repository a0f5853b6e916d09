import { isObject } from '../json/exact-json.ts';
import { judge as judgeBy } from '../json/judge.ts';
import { type Problem, problemsOf } from '../json/problem.ts';
import type { Operation, Revision, Task } from '../operations/operation.ts';
import type { Change, Misfit, Reading } from './change.ts';
import { pick, revisionNamed } from './pick-operation.ts';
import { readTraceparent } from './traceparent.ts';

/** Who a result speaks of: a change by its id and source, or something that is no change by the hash of its bytes. */
export interface Subject {
  id?: string;
  source?: string;
  type?: string;
  sequence?: string;
  traceparent?: string;
  hash?: string;
  task?: Task;
  operation?: string;
}

export interface IntakeSettings {
  operations: readonly Operation[];
  /** The SMS API's revision where a change names none. */
  revision: Revision;
  allowInlineSecrets: boolean;
}

/** A change that may be carried out. */
export interface Accepted {
  kind: 'order';
  change: Change;
  subject: Subject;
  operation: Operation;
  data: unknown;
  task: Task;
  /** Paths of fields that only the other revision knows, left out. */
  ignored: string[];
  warnings: string[];
}

/** Something that is refused before it reaches the provider. */
export interface Refused {
  kind: 'refusal';
  /** Absent for a body that is no change: its bytes are its content. */
  change?: Pick<Change, 'id' | 'source' | 'type' | 'sequence' | 'data'> & Partial<Misfit>;
  subject: Subject;
  code: 'change_unreadable' | 'change_invalid' | 'inline_secret_refused' | 'relay_event';
  problems: Problem[];
}

/** Judges what was read against the operations. Never throws for anything that a sender wrote. */
export function examine(reading: Reading, settings: IntakeSettings): Accepted | Refused {
  if (reading.kind === 'unreadable') return { ...reading, kind: 'refusal', subject: {}, code: 'change_unreadable' };
  const subject = subjectOf(reading.change);
  if (isOfRelay(reading.change)) return { ...refusal(reading.change, subject, [NO_CHANGE]), code: 'relay_event' };
  if (reading.kind === 'invalid') return refusal(reading.change, subject, reading.problems);
  const change = withRevision(reading.change, settings);
  const operation = pick(change, settings);
  return 'message' in operation ? refusal(change, subject, [operation]) : judge(operation, change, settings);
}

/** The relay's own events name it and a stage as their source. Taken for changes, their refusals would come back without end. */
const isOfRelay = ({ source }: { source: string }) => /^migration-relay\.[a-z][a-z0-9-]{0,30}$/.test(source);
const NO_CHANGE: Problem = {
  path: 'source',
  message: 'must not be a relay: this is one of its own events, which a rule may have led back',
};

function withRevision(change: Change, { operations }: IntakeSettings): Change {
  const revision = revisionNamed(change, operations);
  return revision === undefined ? change : { ...change, revision };
}

function judge(operation: Operation, change: Change, { allowInlineSecrets }: IntakeSettings): Accepted | Refused {
  const subject = { ...subjectOf(change), type: operation.change, operation: operation.name };
  const { data, ignored } = leaveOut(operation, change.data);
  const judged = judgeBy(operation.input, data);
  if (!judged.success) return refusal(change, subject, problemsOf(judged.error, ['data']));
  const inline = allowInlineSecrets ? [] : (operation.inlineSecrets?.(data) ?? []);
  if (inline.length > 0)
    return { ...refusal(change, subject, inline.map(noInlineSecret)), code: 'inline_secret_refused' };
  const task = taskOf(operation, judged.data);
  const warnings = [...traceWarnings(change, subject), ...(operation.warnings?.(judged.data) ?? [])];
  return {
    kind: 'order',
    change,
    subject: { ...subject, task },
    operation,
    data: judged.data,
    task,
    ignored,
    warnings,
  };
}

const refusal = (change: NonNullable<Refused['change']>, subject: Subject, problems: Problem[]): Refused => ({
  kind: 'refusal',
  change,
  subject,
  code: 'change_invalid',
  problems,
});

function subjectOf({ id, source, sequence, traceparent }: Partial<Change>): Subject {
  const trace = traceparent === undefined ? undefined : readTraceparent(traceparent);
  return {
    ...(id !== undefined && { id }),
    ...(source !== undefined && { source }),
    ...(sequence !== undefined && { sequence }),
    ...(trace !== undefined && { traceparent: trace }),
  };
}

const traceWarnings = (change: Change, subject: Subject) =>
  change.traceparent !== undefined && subject.traceparent === undefined
    ? ['traceparent: no valid W3C trace context, so it was dropped; the change itself is carried out']
    : [];

const leaveOut = (operation: Operation, received: unknown): { data: unknown; ignored: string[] } =>
  operation.leaveOut && isObject(received) ? operation.leaveOut(received) : { data: received, ignored: [] };

const noInlineSecret = (path: string): Problem => ({
  path,
  message: 'an inline secret is refused here; give a reference to it in password_ref',
});

function taskOf({ service }: Operation, data: unknown): Task {
  const { project_id, task_id } = data as { project_id?: string; task_id: string };
  return { service, task_id, ...(project_id !== undefined && { project_id }) };
}
