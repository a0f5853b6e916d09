import pLimit from 'p-limit';
import type { Clients } from './clients.ts';

/** CloudWatch grants an account five of these reads a second (re:Post, "cloudwatch-logs-throttling"), others included. */
const inTurn = pLimit(2);

/** One line of a CloudWatch log group. */
export interface LogLine {
  /** The line's id, which is the same when the line is read twice. */
  id: string;
  /** Milliseconds since 1970. */
  at: number;
  text: string;
}

interface LogQuery {
  group: string;
  /** Milliseconds since 1970. */
  since: number;
  /** A JSON filter pattern, for example from `isText`; empty for all lines. */
  pattern?: string;
}

/**
 * Reads all lines of a group since a time, oldest first. A group that does not exist yet has none. At most two groups or
 * patterns are read at a time.
 */
export const readLog = (clients: Pick<Clients, 'logs'>, query: LogQuery, signal?: AbortSignal): Promise<LogLine[]> =>
  inTurn(() => readAll(clients, query, signal));

async function readAll(
  { logs }: Pick<Clients, 'logs'>,
  { group: logGroupName, since, pattern: filterPattern }: LogQuery,
  signal?: AbortSignal,
): Promise<LogLine[]> {
  const { paginateFilterLogEvents } = await import('@aws-sdk/client-cloudwatch-logs');
  const input = { logGroupName, startTime: Math.max(0, Math.floor(since)), filterPattern };
  const within = signal && { abortSignal: signal };
  const lines: LogLine[] = [];
  try {
    for await (const { events = [] } of paginateFilterLogEvents({ client: await logs() }, input, within))
      lines.push(...events.map(({ eventId: id = '', timestamp: at = 0, message: text = '' }) => ({ id, at, text })));
  } catch (error) {
    // A function that never ran has no log group.
    if (!(error instanceof Error && error.name === 'ResourceNotFoundException')) throw error;
  }
  return lines.toSorted((one, other) => one.at - other.at);
}

/** A condition of a filter pattern: the member at this path equals the text. A `*` in the text matches anything. */
export const isText = (path: string, text: string) => `$.${path} = "${text.replaceAll(/["\\]/g, '\\$&')}"`;

/** A filter pattern that matches if any of the conditions is met. */
export const anyOf = (...conditions: string[]) => `{ ${conditions.join(' || ')} }`;
