import { isObject, type JsonObject } from '../json/exact-json.ts';
import { IN_WORDS, type Problem, problemsOf } from '../json/problem.ts';
import { dataOf } from './base64-data.ts';
import { parse, unwrap } from './body.ts';
import { Envelope, Name } from './envelope.ts';

/** A change as it was received. Its envelope is valid. */
export interface ChangeEvent {
  id: string;
  source: string;
  type: string;
  sequence?: string;
  dataschema?: string;
  /** The API revision that `dataschema` names. Set only for types that have revisions. */
  revision?: string;
  /** As received, of any type. */
  traceparent?: unknown;
  /** As received, without members that are null. */
  data: unknown;
}

/** An event that has an id and a source although its envelope is invalid. */
export type MalformedEvent = Pick<ChangeEvent, 'id' | 'source' | 'type' | 'data'> & { envelope: unknown[] };

/** What a text turned out to be: a change, an event with a change's name and an invalid envelope, or not a change. */
export type Reading =
  | { kind: 'change'; event: ChangeEvent }
  | { kind: 'invalid'; event: MalformedEvent; problems: Problem[] }
  | { kind: 'unreadable'; problems: Problem[] };

/** Reads the body of a queue message: a CloudEvent, alone or in an envelope of EventBridge or SNS. Never throws. */
export function readChange(body: string): Reading {
  const parsed = parse(body);
  if ('problem' in parsed) return { kind: 'unreadable', problems: [parsed.problem] };
  const event = unwrap(parsed.value, 2);
  return 'problem' in event ? { kind: 'unreadable', problems: [event.problem] } : readEvent(event.value);
}

/** Reads one CloudEvent that is already parsed. */
export function readEvent(received: unknown): Reading {
  const event = isObject(received) ? withoutNullMembers(received) : received;
  const envelope = Envelope.safeParse(event, IN_WORDS);
  if (envelope.success) return readData(envelope.data);
  const named = Name.safeParse(event, IN_WORDS);
  if (!named.success) return { kind: 'unreadable', problems: problemsOf(named.error) };
  return { kind: 'invalid', event: toMalformed(named.data), problems: problemsOf(envelope.error) };
}

function readData(event: Envelope): Reading {
  const data = dataOf(event);
  if ('problem' in data) return { kind: 'invalid', event: toMalformed(event), problems: [data.problem] };
  return { kind: 'change', event: toEvent(event, data.value) };
}

/** Its whole envelope counts as its content, because a corrected event may differ in nothing else. */
function toMalformed({ id, source, type, data, ...rest }: Name): MalformedEvent {
  const { specversion, sequence, datacontenttype, dataschema, data_base64 } = rest;
  const envelope = [type, specversion, sequence, datacontenttype, dataschema];
  if (data_base64 !== undefined) envelope.push(data_base64);
  return { id, source, type: typeof type === 'string' ? type : '', data, envelope };
}

function toEvent({ id, source, type, sequence, dataschema, traceparent }: Envelope, data: unknown): ChangeEvent {
  return {
    id,
    source,
    type,
    data: withoutNulls(data),
    ...(sequence !== undefined && { sequence }),
    ...(dataschema !== undefined && { dataschema }),
    ...(traceparent !== undefined && { traceparent }),
  };
}

/** An attribute that is null is absent (CloudEvents JSON format, 2.2). */
function withoutNullMembers(event: JsonObject): JsonObject {
  if (!Object.keys(event).some((name) => event[name] === null)) return event;
  return Object.fromEntries(Object.entries(event).filter(([, value]) => value !== null));
}

/** Removes members that are null, which count as absent. An element of an array stays null, and the schema refuses it. */
export function withoutNulls(value: unknown): unknown {
  return hasNull(value) ? copyWithoutNulls(value) : value;
}

/** Most changes have no null, and looking for one is much cheaper than copying. */
function hasNull(value: unknown): boolean {
  if (value === null) return true;
  if (Array.isArray(value)) return value.some(hasNull);
  return isObject(value) && Object.keys(value).some((name) => hasNull(value[name]));
}

function copyWithoutNulls(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(copyWithoutNulls);
  if (!isObject(value)) return value;
  const members = Object.entries(value).filter(([, inner]) => inner !== null);
  return Object.fromEntries(members.map(([name, inner]) => [name, copyWithoutNulls(inner)]));
}
