import type { AwsCall } from '../../src/lib/aws/call.ts';
import type { Clock } from './clock.ts';
import type { Faults } from './faults.ts';
import type { Process } from './process.ts';
import type { Random } from './random.ts';
import { currentUid } from './step.ts';

/** A result that the bus took, under the change whose delivery published it. */
export interface Published {
  at: number;
  uid: string;
  detail: string;
}

export interface BusEdges {
  clock: Clock;
  random: Random;
  faults: Faults;
  process: Process;
  published: Published[];
  /** After so many milliseconds a request is given up. */
  deadline: number;
}

interface PutEvents {
  Entries: { Detail: string }[];
}

/** The calls of EventBridge that one process makes; the results of one request are those of several changes. */
export function createBus(edges: BusEdges) {
  const publishers = new Map<string, string[]>();
  return {
    /** Notes whose delivery publishes a result, as the request may be another's. */
    publishing: (detail: string) => publishers.set(detail, [...(publishers.get(detail) ?? []), currentUid()]),
    call: ((_operation: string, input: PutEvents) => {
      const results = input.Entries.map(({ Detail }) => ({ uid: publishers.get(Detail)?.pop() ?? '', detail: Detail }));
      for (const { detail } of results) if (publishers.get(detail)?.length === 0) publishers.delete(detail);
      return edges.process.io('publish', () => put(edges, results));
    }) as AwsCall,
  };
}

async function put({ clock, random, faults, published, deadline }: BusEdges, results: Omit<Published, 'at'>[]) {
  await clock.sleep(random.between(5, 30));
  // One fault for all of a request; an entry that fails is the first.
  const fault = faults.bus(results[0]?.uid ?? '');
  if (fault) faults.fired(`bus_${fault}`);
  if (results.length > 1) faults.fired('bus_gathered');
  if (fault === 'request_error') {
    await clock.sleep(random.between(100, deadline));
    throw Object.assign(new Error('canary-bus-text'), { name: 'ServiceUnavailable' });
  }
  const taken = fault === 'failed_entry' ? results.slice(1) : results;
  published.push(...taken.map((result) => ({ at: clock.now(), ...result })));
  const Entries = results.map((result) =>
    taken.includes(result) ? { EventId: random.id() } : { ErrorCode: 'InternalFailure' },
  );
  if (fault !== 'lost_reply') return { FailedEntryCount: results.length - taken.length, Entries };
  await clock.sleep(deadline);
  throw Object.assign(new Error('canary-bus-text'), { name: 'TimeoutError' });
}
