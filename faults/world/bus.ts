import type { AwsCall } from '../../src/lib/aws/call.ts';
import { type Entry, findFault, readEntries, toEvent } from '../../stand-ins/eventbridge/entries.ts';
import type { Clock } from './clock.ts';
import type { Faults } from './faults.ts';
import type { Process } from './process.ts';
import type { Random } from './random.ts';
import { currentUid } from './step.ts';

/** A result that the bus accepted, and the change whose delivery published it. */
export interface Published {
  at: number;
  uid: string;
  detail: string;
}

interface BusDependencies {
  clock: Clock;
  random: Random;
  faults: Faults;
  process: Process;
  published: Published[];
  /** The client gives a request up after this many milliseconds. */
  deadline: number;
}

/** An entry of a request, and the change whose delivery puts it. */
type Put = Entry & { uid: string };

const BUSES = ['results'];

/** The calls of EventBridge that one process makes. One request may carry the results of several changes. */
export function createBus(dependencies: BusDependencies) {
  const publishers = new Map<string, string[]>();
  return {
    /** Notes which delivery publishes a result, because another delivery may make the request. */
    publishing: (detail: string) => publishers.set(detail, [...(publishers.get(detail) ?? []), currentUid()]),
    call: (async (_operation: string, input: unknown) => {
      const entries = readEntries(input).map((entry) => ({
        ...entry,
        uid: publishers.get(entry.Detail ?? '')?.pop() ?? '',
      }));
      for (const { Detail = '' } of entries) if (publishers.get(Detail)?.length === 0) publishers.delete(Detail);
      return dependencies.process.io('publish', () => put(dependencies, entries));
    }) as AwsCall,
  };
}

async function put({ clock, random, faults, published, deadline }: BusDependencies, entries: Put[]) {
  await clock.sleep(random.between(5, 30));
  // A fault affects the whole request. If only one entry fails, it is the first.
  const fault = faults.bus(entries[0]?.uid ?? '');
  if (fault) faults.fired(`bus_${fault}`);
  if (entries.length > 1) faults.fired('bus_gathered');
  if (fault === 'request_error') {
    await clock.sleep(random.between(100, deadline));
    throw Object.assign(new Error('canary-bus-text'), { name: 'ServiceUnavailable' });
  }
  const Entries = entries.map((entry, place) => {
    const refused = fault === 'failed_entry' && place === 0 ? 'InternalFailure' : findFault(entry, BUSES);
    if (refused) return { ErrorCode: refused };
    published.push({ at: clock.now(), uid: entry.uid, detail: toEvent(entry).detail });
    return { EventId: random.id() };
  });
  const FailedEntryCount = Entries.filter((entry) => 'ErrorCode' in entry).length;
  if (fault !== 'lost_reply') return { FailedEntryCount, Entries };
  await clock.sleep(deadline);
  throw Object.assign(new Error('canary-bus-text'), { name: 'TimeoutError' });
}
