import type { AwsCall } from './aws-call.ts';

/** One line of a CloudWatch log group. */
export interface LogLine {
  /** Names the line; the same line read twice has the same. */
  id: string;
  /** Milliseconds since 1970. */
  at: number;
  text: string;
}

export interface LogQuery {
  group: string;
  /** Milliseconds since 1970. */
  since: number;
  /** A JSON filter pattern, from `isText` and its like; empty for all. */
  pattern?: string;
}

interface Page {
  events?: { eventId: string; timestamp: number; message: string }[];
  nextToken?: string;
}

/** Reads all lines of a group in a span of time, oldest first. A group that doesn't exist yet has none. */
export async function readLog(call: AwsCall, query: LogQuery, signal?: AbortSignal): Promise<LogLine[]> {
  const lines: LogLine[] = [];
  let token: string | undefined;
  do {
    const { events = [], nextToken }: Page = await readPage(call, query, token, signal);
    lines.push(...events.map(({ eventId, timestamp, message }) => ({ id: eventId, at: timestamp, text: message })));
    token = nextToken;
  } while (token !== undefined);
  return lines.toSorted((one, other) => one.at - other.at);
}

async function readPage(
  call: AwsCall,
  query: LogQuery,
  nextToken: string | undefined,
  signal: AbortSignal | undefined,
) {
  const { group: logGroupName, since, pattern: filterPattern } = query;
  const input = { logGroupName, startTime: Math.max(0, Math.floor(since)), filterPattern, nextToken };
  const headers = { 'content-type': 'application/x-amz-json-1.1', 'x-amz-target': 'Logs_20140328.FilterLogEvents' };
  try {
    return JSON.parse(await call({ service: 'logs', headers, body: JSON.stringify(input) }, signal)) as Page;
  } catch (error) {
    // A function that never ran has no group.
    if (error instanceof Error && error.name === 'ResourceNotFoundException') return {};
    throw error;
  }
}

/** A condition of a filter pattern: the member at this path equals the text. A `*` in it would stand for anything. */
export const isText = (path: string, text: string) => `$.${path} = "${text.replaceAll(/["\\]/g, '\\$&')}"`;

/** A filter pattern of conditions of which any must hold. */
export const anyOf = (...conditions: string[]) => `{ ${conditions.join(' || ')} }`;
