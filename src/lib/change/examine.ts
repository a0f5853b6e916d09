import type { Operation, Revision, Task } from '../operations/operation.ts';
import type { Change, Misfit, Reading } from './change.ts';
import { isObject } from './json.ts';
import { judge as judgeBy } from './judge.ts';
import { type Problem, problemsOf } from './problem.ts';

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
  code: 'change_unreadable' | 'change_invalid' | 'inline_secret_refused';
  problems: Problem[];
}

/** Judges what was read against the operations. Never throws for anything that a sender wrote. */
export function examine(reading: Reading, settings: IntakeSettings): Accepted | Refused {
  if (reading.kind === 'unreadable') return { ...reading, kind: 'refusal', subject: {}, code: 'change_unreadable' };
  const { change } = reading;
  const subject = subjectOf(change);
  if (reading.kind === 'invalid') return refusal(change, subject, reading.problems);
  const operation = pick(reading.change, settings);
  if ('message' in operation) return refusal(change, subject, [operation]);
  return judge(operation, reading.change, settings);
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
  const warnings = operation.warnings?.(judged.data) ?? [];
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

const subjectOf = ({ id, source, sequence, traceparent }: Partial<Change>): Subject => ({
  ...(id !== undefined && { id }),
  ...(source !== undefined && { source }),
  ...(sequence !== undefined && { sequence }),
  ...(traceparent !== undefined && { traceparent }),
});

/** The operation of a change's type and revision: `dataschema` names the revision in its last segment, else the setting does. */
function pick({ type, dataschema }: Change, { operations, revision }: IntakeSettings): Operation | Problem {
  const ofType = operations.filter(({ change }) => change === type);
  const [first] = ofType;
  if (!first) return { path: 'type', message: `must be one of ${typesOf(operations).join(', ')}` };
  if (first.revision === undefined) return first;
  const wanted = dataschema === undefined ? revision : dataschema.slice(dataschema.lastIndexOf('/') + 1);
  const found = ofType.find((operation) => operation.revision === wanted);
  const revisions = ofType.map((operation) => operation.revision).join(' or ');
  return found ?? { path: 'dataschema', message: `must end in a revision that is known: ${revisions}` };
}

const typesOf = (operations: readonly Operation[]) => [...new Set(operations.map(({ change }) => change))];

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
