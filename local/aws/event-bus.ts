import { randomUUID } from 'node:crypto';
import * as z from 'zod';
import { type JsonServer, ServiceError, startJsonServer } from '../../stand-ins/json-server.ts';

/** The documented limits of PutEvents; the announced larger size is not relied on. */
const MAX_ENTRIES = 10;
const MAX_BYTES = 256 * 1024;

const Entry = z.object({
  Source: z.string().optional(),
  DetailType: z.string().optional(),
  Detail: z.string().optional(),
  EventBusName: z.string().default('default'),
  Time: z.number().optional(),
  Resources: z.array(z.string()).default([]),
});
const PutEvents = z.object({ Entries: z.array(Entry) });
type Entry = z.output<typeof Entry>;

/** An event that the bus took. */
export interface PublishedEvent {
  source: string;
  detailType: string;
  /** JSON text, byte for byte as it was put. */
  detail: string;
  bus: string;
}

/** A stand-in for EventBridge: keeps what was put, in order, and tells subscribers. */
export interface EventBus extends JsonServer {
  readonly events: PublishedEvent[];
  subscribe(listener: (event: PublishedEvent) => void): void;
  /** The next `times` requests are answered with HTTP 500. */
  refuse(times: number): void;
  /** How many requests are still to be refused. */
  refusing(): number;
  /** The next `times` entries are refused with this code inside a reply with HTTP 200. */
  fail(times: number, code?: string): void;
}

/** Starts a bus service that knows the named buses. */
export async function startEventBus(buses: string[]): Promise<EventBus> {
  const events: PublishedEvent[] = [];
  const listeners: ((event: PublishedEvent) => void)[] = [];
  let refusals = 0;
  let failures = { times: 0, code: '' };

  const take = (entry: Entry) => {
    if (failures.times > 0) {
      failures.times -= 1;
      return { ErrorCode: failures.code, ErrorMessage: 'refused on purpose' };
    }
    const fault = findFault(entry, buses);
    if (fault) return { ErrorCode: fault, ErrorMessage: `the entry is not acceptable: ${fault}` };
    const event = toEvent(entry);
    events.push(event);
    for (const listener of listeners) listener(event);
    return { EventId: randomUUID() };
  };
  const server = await startJsonServer({
    'AWSEvents.PutEvents': (input) => {
      if (refusals > 0) {
        refusals -= 1;
        throw new ServiceError('InternalException', 'refused on purpose', 500);
      }
      const Entries = accept(input).map(take);
      return { Entries, FailedEntryCount: Entries.filter((entry) => 'ErrorCode' in entry).length };
    },
  });
  return {
    ...server,
    events,
    subscribe: (listener) => void listeners.push(listener),
    refuse: (times) => {
      refusals = times;
    },
    refusing: () => refusals,
    fail: (times, code = 'ThrottlingException') => {
      failures = { times, code };
    },
  };
}

function accept(input: unknown): Entry[] {
  const { Entries } = PutEvents.parse(input);
  if (Entries.length < 1 || Entries.length > MAX_ENTRIES)
    throw new ServiceError('ValidationException', `Entries must have 1 to ${MAX_ENTRIES} members`);
  if (Entries.map(bytes).reduce((sum, size) => sum + size) > MAX_BYTES)
    throw new ServiceError('ValidationException', 'Total size of the entries in the request is over the limit.');
  return Entries;
}

/** An entry's size as EventBridge counts it: 14 bytes for a time, and the UTF-8 length of the texts. */
function bytes({ Source = '', DetailType = '', Detail = '', Time, Resources }: Entry): number {
  const texts = [Source, DetailType, Detail, ...Resources];
  return texts.reduce((sum, text) => sum + Buffer.byteLength(text), Time === undefined ? 0 : 14);
}

function findFault({ Source, DetailType, Detail, EventBusName }: Entry, buses: string[]): string | undefined {
  if (!Source || !DetailType || !Detail) return 'InvalidArgument';
  if (Source.startsWith('aws.')) return 'NotAuthorizedForSource';
  if (!buses.includes(busName(EventBusName))) return 'InvalidArgument';
  return isJsonObject(Detail) ? undefined : 'MalformedDetail';
}

const busName = (nameOrArn: string) => nameOrArn.split('event-bus/').at(-1) ?? nameOrArn;

function toEvent({ Source = '', DetailType = '', Detail = '', EventBusName }: Entry): PublishedEvent {
  return { source: Source, detailType: DetailType, detail: Detail, bus: busName(EventBusName) };
}

function isJsonObject(text: string): boolean {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value);
  } catch {
    return false;
  }
}
