import { ReplayEvent, ResolutionEvent, StageEvent } from '../../contracts/operator-events.ts';
import type { ChangeName } from '../../lib/change/change-name.ts';
import { isOfHeartbeat } from '../../lib/change/heartbeat.ts';
import { isObject, parseJson, writeJson } from '../../lib/json/exact-json.ts';
import { tryJson } from '../../lib/json/try-json.ts';
import { Result } from '../../lib/relay/result-schema.ts';
import { anyOf, isText, type LogLine, readLog } from '../stage/log-reader.ts';
import type { Stage } from '../stage/stage.ts';
import { isAboutChange } from '../story/evidence.ts';

/** An event that the bus took: a result, or an operator's action. */
export interface PublishedEvent {
  /** The id of the log line. An event that was published twice has two lines. */
  line: string;
  /** When it was logged; milliseconds since 1970. */
  at: number;
  /** The event, byte for byte as the bus received it. */
  text: string;
  event: Result | ResolutionEvent | ReplayEvent;
}

interface EventQuery {
  since: number;
  /** Only events about this change. */
  about?: ChangeName;
  /** Only events whose type ends in this word. */
  verb?: 'replayed';
}

/** The events that the stage's bus took since a time, oldest first. Heartbeats are among them only if they are asked about. */
export async function readPublished(
  { clients, resultsGroup }: Stage,
  { since, about, verb }: EventQuery,
  signal?: AbortSignal,
): Promise<PublishedEvent[]> {
  const condition = about ? isAbout(about) : verb && isText('detail.type', `*.${verb}`);
  const query = { group: resultsGroup, since, ...(condition !== undefined && { pattern: anyOf(condition) }) };
  const lines = await readLog(clients, query, signal);
  const published = lines.flatMap(toPublished);
  if (about) return published.filter(({ event }) => isAboutChange(event.data.change, about));
  return published.filter(({ event }) => !isOfHeartbeat(event));
}

const isAbout = ({ id, hash = '' }: ChangeName) =>
  id === undefined ? isText('detail.data.change.hash', hash) : isText('detail.data.change.id', id);

const toPublished = ({ id, at, text }: LogLine): PublishedEvent[] => {
  const found = eventIn(text);
  return found ? [{ line: id, at, ...found }] : [];
};

/**
 * Takes an event of the relay out of EventBridge's envelope, without changing digits or the order of members. Undefined if
 * the text is not one.
 */
export function eventIn(envelope: string): Pick<PublishedEvent, 'text' | 'event'> | undefined {
  const outer = tryJson(envelope, parseJson);
  const detail = isObject(outer) ? outer.detail : undefined;
  if (!isObject(detail)) return undefined;
  for (const schema of [Result, ResolutionEvent, ReplayEvent]) {
    const read = schema.safeParse(detail);
    if (read.success) return { text: writeJson(detail), event: read.data };
  }
  return undefined;
}

/** Who paused, drained or resumed parts of a stage since a time, oldest first. */
export async function readStageEvents(
  { clients, resultsGroup: group }: Pick<Stage, 'clients' | 'resultsGroup'>,
  since: number,
  signal?: AbortSignal,
): Promise<StageEvent[]> {
  const pattern = anyOf(isText('detail.type', 'migration.stage.*'));
  const lines = await readLog(clients, { group, since, pattern }, signal);
  return lines.flatMap(({ text }) => {
    const outer = tryJson(text);
    const read = StageEvent.safeParse(isObject(outer) ? outer.detail : undefined);
    return read.success ? [read.data] : [];
  });
}

/** True for a result, and false for an operator's event. */
export const isResult = (event: PublishedEvent['event']): event is Result => 'outcome' in event.data;
