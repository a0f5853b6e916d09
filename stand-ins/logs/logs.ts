import * as z from 'zod';
import { ServiceError, startJsonServer } from '../json-server.ts';
import { compilePattern } from './pattern.ts';

const FilterLogEvents = z.object({
  logGroupName: z.string(),
  startTime: z.number().default(0),
  endTime: z.number().default(Number.MAX_SAFE_INTEGER),
  filterPattern: z.string().default(''),
  limit: z.number().int().min(1).max(10_000).default(10_000),
  nextToken: z.string().regex(/^\d+$/).optional(),
});

interface LogEvent {
  eventId: string;
  logStreamName: string;
  timestamp: number;
  ingestionTime: number;
  message: string;
}

/** The most lines of a group. In AWS its retention decides instead. */
const MAX_KEPT = 50_000;

/**
 * Starts a stand-in for CloudWatch Logs with the named groups. It takes lines, answers FilterLogEvents with them, and calls
 * `onLine` with each.
 */
export async function startLogs(names: string[], onLine: (group: string, message: string) => void = () => {}) {
  const groups = new Map<string, LogEvent[]>(names.map((name) => [name, []]));
  let count = 0;
  let perSecond = Number.POSITIVE_INFINITY;
  let reads: number[] = [];
  const countRead = (): void => {
    const now = Date.now();
    reads = reads.filter((at) => at > now - 1000);
    if (reads.length >= perSecond) throw new ServiceError('ThrottlingException', 'Rate exceeded');
    reads.push(now);
  };

  const server = await startJsonServer({
    'Logs_20140328.FilterLogEvents': (input) => {
      countRead();
      const { logGroupName, startTime, endTime, filterPattern, limit, nextToken = '0' } = FilterLogEvents.parse(input);
      const logged = groups.get(logGroupName);
      if (!logged) throw new ServiceError('ResourceNotFoundException', 'The specified log group does not exist.');
      const fits = compilePattern(filterPattern);
      const from = Number(nextToken);
      const found = logged.filter(
        ({ eventId, timestamp, message }) =>
          Number(eventId) > from && timestamp >= startTime && timestamp <= endTime && fits(message),
      );
      const events = found.slice(0, limit);
      return { events, searchedLogStreams: [], ...(found.length > limit && { nextToken: events.at(-1)?.eventId }) };
    },
  });
  return {
    ...server,
    /** Refuses more reads a second than this. CloudWatch grants an account five. */
    throttle(reads: number): void {
      perSecond = reads;
    },
    append(group: string, message: string): void {
      const logged = groups.get(group);
      if (!logged) return;
      count += 1;
      const now = Date.now();
      logged.push({ eventId: String(count), logStreamName: 'local', timestamp: now, ingestionTime: now, message });
      if (logged.length > MAX_KEPT) logged.splice(0, MAX_KEPT / 10);
      onLine(group, message);
    },
  };
}
export type Logs = Awaited<ReturnType<typeof startLogs>>;
