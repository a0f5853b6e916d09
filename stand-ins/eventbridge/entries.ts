import * as z from 'zod';
import { ServiceError } from '../json-server.ts';

/** The documented limits of PutEvents. The larger size that AWS has announced is not used. */
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
export type Entry = z.output<typeof Entry>;

/** An event that the bus took. */
export interface PublishedEvent {
  source: string;
  detailType: string;
  /** JSON text, byte for byte as it was put. */
  detail: string;
  bus: string;
}

/** Reads the entries of a request. A request over the limits is refused as a whole. */
export function readEntries(input: unknown): Entry[] {
  const { Entries } = PutEvents.parse(input);
  if (Entries.length < 1 || Entries.length > MAX_ENTRIES)
    throw new ServiceError('ValidationException', `Entries must have 1 to ${MAX_ENTRIES} members`);
  if (Entries.map(bytes).reduce((sum, size) => sum + size) > MAX_BYTES)
    throw new ServiceError('ValidationException', 'Total size of the entries in the request is over the limit.');
  return Entries;
}

/** An entry's size in bytes, as EventBridge counts it: 14 for a time, and the UTF-8 length of the texts. */
function bytes({ Source = '', DetailType = '', Detail = '', Time, Resources }: Entry): number {
  const texts = [Source, DetailType, Detail, ...Resources];
  return texts.reduce((sum, text) => sum + Buffer.byteLength(text), Time === undefined ? 0 : 14);
}

/** Why a service with these buses refuses an entry; undefined if it does not. */
export function findFault({ Source, DetailType, Detail, EventBusName }: Entry, buses: string[]): string | undefined {
  if (!Source || !DetailType || !Detail) return 'InvalidArgument';
  if (Source.startsWith('aws.')) return 'NotAuthorizedForSource';
  if (!buses.includes(busName(EventBusName))) return 'InvalidArgument';
  return isJsonObject(Detail) ? undefined : 'MalformedDetail';
}

const busName = (nameOrArn: string) => nameOrArn.split('event-bus/').at(-1) ?? nameOrArn;

/** An entry as a subscriber gets it. */
export function toEvent({ Source = '', DetailType = '', Detail = '', EventBusName }: Entry): PublishedEvent {
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
