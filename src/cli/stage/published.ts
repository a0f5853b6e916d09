import { Replayed, Resolved } from '../../contracts/operator-events.ts';
import { isObject, parseJson, writeJson } from '../../lib/json/exact-json.ts';
import { Result } from '../../lib/relay/result-schema.ts';
import { type Named, speaksOf } from '../story/evidence.ts';
import { anyOf, isText, type LogLine, type LogQuery, readLog } from './log-reader.ts';
import type { Stage } from './stage.ts';

/** An event that the bus took: a result, or what an operator published. */
export interface Published {
  /** Names the log line: an event that was published twice has two. */
  line: string;
  /** When it was logged; milliseconds since 1970. */
  at: number;
  /** The event byte for byte as the bus got it. */
  text: string;
  event: Result | Resolved | Replayed;
}

/** What the stage's bus took in a span of time, oldest first; about one change, if it is named. */
export async function readPublished(
  { clients, resultsGroup }: Stage,
  { since, until, about }: Pick<LogQuery, 'since' | 'until'> & { about?: Named | undefined },
  signal?: AbortSignal,
): Promise<Published[]> {
  const query = { group: resultsGroup, since, ...(until !== undefined && { until }), ...patternOf(about) };
  const lines = await readLog(clients.call, query, signal);
  const published = lines.flatMap(toPublished);
  return about ? published.filter(({ event }) => speaksOf(event.data.change, about)) : published;
}

function patternOf(about: Named | undefined): { pattern?: string } {
  if (!about) return {};
  const { id, hash = '' } = about;
  const condition = id === undefined ? isText('detail.data.change.hash', hash) : isText('detail.data.change.id', id);
  return { pattern: anyOf(condition) };
}

/** EventBridge writes its own envelope around the event; inside it, digits and the order of members stay as they were. */
function toPublished({ id, at, text }: LogLine): Published[] {
  const envelope = parsed(text);
  const detail = isObject(envelope) ? envelope.detail : undefined;
  if (!isObject(detail)) return [];
  for (const schema of [Result, Resolved, Replayed]) {
    const read = schema.safeParse(detail);
    if (read.success) return [{ line: id, at, text: writeJson(detail), event: read.data }];
  }
  return [];
}

function parsed(text: string): unknown {
  try {
    return parseJson(text);
  } catch {
    return undefined;
  }
}

/** True for a result, as against what operators publish. */
export const isResult = (event: Published['event']): event is Result => 'outcome' in event.data;
