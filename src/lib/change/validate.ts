import { isObject } from '../json/exact-json.ts';
import { IN_WORDS, type Problem, problemsOf } from '../json/problem.ts';
import type { Cloud, Operation, Revision, Subject } from '../operations/operation.ts';
import { countElements, MAX_ELEMENTS } from './body.ts';
import type { ChangeEvent, MalformedEvent, Reading } from './change.ts';
import type { ChangeName } from './change-name.ts';
import { HEARTBEAT, isOfHeartbeat } from './heartbeat.ts';
import { namedRevision, pick } from './pick-operation.ts';
import { readTraceparent } from './traceparent.ts';

/** The name of a change, with the operation that it asks for and the trace that it belongs to. */
export interface TracedName extends ChangeName {
  operation?: string;
  traceparent?: string;
}

export interface ValidationSettings {
  operations: readonly Operation[];
  /** The revision of the SMS API for changes that name none. */
  revision: Revision;
  allowInlineSecrets: boolean;
  /** The cloud that the stage calls. Absent where the changes of every cloud are valid. */
  cloud?: Cloud;
  /** The source of the stage's own heartbeats. Absent where none is accepted. */
  heartbeat?: string;
}

/** A change that passed validation. */
export interface ValidChange {
  kind: 'valid';
  /** The event as it was received. */
  event: ChangeEvent;
  name: TracedName;
  operation: Operation;
  data: unknown;
  subject: Subject;
  /** Paths of fields that were left out because only another revision has them. */
  omitted: string[];
  warnings: string[];
}

/** A message that is refused before anything is sent to the provider. A heartbeat is one of them, although nothing is wrong with it. */
export interface InvalidChange {
  kind: 'invalid';
  /** Absent for a body that is not a change. Its bytes are then its content. */
  event?: Pick<ChangeEvent, 'id' | 'source' | 'type' | 'sequence' | 'data'> & Partial<MalformedEvent>;
  name: TracedName;
  code: 'change_unreadable' | 'change_invalid' | 'inline_secret_refused' | 'relay_event' | 'heartbeat';
  problems: Problem[];
}

/** Validates what was read against the operations. Never throws, whatever a sender wrote. */
export function validate(reading: Reading, settings: ValidationSettings): ValidChange | InvalidChange {
  if (reading.kind === 'unreadable') return { ...reading, kind: 'invalid', name: {}, code: 'change_unreadable' };
  const name = nameOf(reading.event);
  if (isOfRelay(reading.event)) return { ...refusal(reading.event, name, [NO_CHANGE]), code: 'relay_event' };
  if (reading.kind === 'invalid') return refusal(reading.event, name, reading.problems);
  if (isHeartbeat(reading.event, settings))
    return { ...refusal(reading.event, { ...name, type: HEARTBEAT }, []), code: 'heartbeat' };
  const event = withRevision(reading.event, settings);
  const operation = pick(event, settings);
  return 'message' in operation ? refusal(event, name, [operation]) : validateData(operation, event, settings);
}

/** True for the relay's own events, whose source names the relay and a stage. If each were refused with a result, results would loop for ever. */
const isOfRelay = ({ source, type }: Named) =>
  /^migration-relay\.[a-z][a-z0-9-]{0,30}$/.test(source) || (isOfHeartbeat({ source }) && type !== HEARTBEAT);
type Named = Pick<ChangeEvent, 'source' | 'type'>;
const NO_CHANGE: Problem = {
  path: 'source',
  message: 'must not be a relay: this event was published by a relay, and a rule may have sent it back',
};

/** True for a heartbeat of the stage itself about one of the services whose changes are expected. */
const isHeartbeat = ({ id, source, type }: ChangeEvent, { heartbeat, operations }: ValidationSettings) =>
  type === HEARTBEAT && source === heartbeat && operations.some(({ service }) => service === id);

function withRevision(event: ChangeEvent, { operations }: ValidationSettings): ChangeEvent {
  const revision = namedRevision(event, operations);
  return revision === undefined ? event : { ...event, revision };
}

function validateData(
  operation: Operation,
  event: ChangeEvent,
  { allowInlineSecrets }: ValidationSettings,
): ValidChange | InvalidChange {
  const name = { ...nameOf(event), type: operation.change, operation: operation.name };
  if (countElements(event.data) > MAX_ELEMENTS) return refusal(event, name, [TOO_MANY_ELEMENTS]);
  const { data, omitted } = omitFields(operation, event.data);
  const parsed = operation.input.safeParse(data, IN_WORDS);
  if (!parsed.success) return refusal(event, name, problemsOf(parsed.error, ['data']));
  const inline = allowInlineSecrets ? [] : (operation.inlineSecrets?.(data) ?? []);
  if (inline.length > 0) return { ...refusal(event, name, inline.map(noInlineSecret)), code: 'inline_secret_refused' };
  const subject = { service: operation.service, ...operation.subject(parsed.data) };
  const warnings = [
    ...traceWarnings(event, name),
    ...emptyWarnings(operation, parsed.data, omitted),
    ...(operation.warnings?.(parsed.data) ?? []),
  ];
  return {
    kind: 'valid',
    event,
    name: { ...name, subject },
    operation,
    data: parsed.data,
    subject,
    omitted,
    warnings,
  };
}

/** A warning for a change that can succeed without any effect, because the revision has none of the fields that it sets. */
const emptyWarnings = ({ revision }: Operation, data: unknown, omitted: string[]) =>
  omitted.length > 0 && isObject(data) && hasNothing(data.body)
    ? [`body: has no field of revision ${revision} of the API, so the request changes nothing`]
    : [];
const hasNothing = (value: unknown): boolean => isObject(value) && Object.values(value).every(hasNothing);

const TOO_MANY_ELEMENTS: Problem = {
  path: 'data',
  message: `must have at most ${MAX_ELEMENTS} elements in its lists, all of them together`,
};

const refusal = (event: NonNullable<InvalidChange['event']>, name: TracedName, problems: Problem[]): InvalidChange => ({
  kind: 'invalid',
  event,
  name,
  code: 'change_invalid',
  problems,
});

function nameOf({ id, source, sequence, traceparent }: Partial<ChangeEvent>): TracedName {
  const trace = traceparent === undefined ? undefined : readTraceparent(traceparent);
  return {
    ...(id !== undefined && { id }),
    ...(source !== undefined && { source }),
    ...(sequence !== undefined && { sequence }),
    ...(trace !== undefined && { traceparent: trace }),
  };
}

const traceWarnings = (event: ChangeEvent, name: TracedName) =>
  event.traceparent !== undefined && name.traceparent === undefined
    ? ['traceparent: not a valid W3C trace context, so it was dropped; the change itself is carried out']
    : [];

const omitFields = (operation: Operation, received: unknown): { data: unknown; omitted: string[] } =>
  operation.omit && isObject(received) ? operation.omit(received) : { data: received, omitted: [] };

const noInlineSecret = (path: string): Problem => ({
  path,
  message: 'a password in the change is refused here; use password_ref with the name of a secret',
});
