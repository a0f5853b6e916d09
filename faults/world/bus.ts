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

/** The calls of EventBridge that one process makes. */
export const createBusCall = (edges: BusEdges): AwsCall =>
  ((_operation: string, input: PutEvents) => edges.process.io('publish', () => put(edges, input))) as AwsCall;

async function put({ clock, random, faults, published, deadline }: BusEdges, { Entries }: PutEvents) {
  const uid = currentUid();
  const detail = Entries[0]?.Detail ?? '';
  await clock.sleep(random.between(5, 30));
  const fault = faults.bus(uid);
  if (fault) faults.fired(`bus_${fault}`);
  if (fault === 'request_error') {
    await clock.sleep(random.between(100, deadline));
    throw Object.assign(new Error('canary-bus-text'), { name: 'ServiceUnavailable' });
  }
  if (fault === 'failed_entry') return { FailedEntryCount: 1, Entries: [{ ErrorCode: 'InternalFailure' }] };
  published.push({ at: clock.now(), uid, detail });
  if (fault !== 'lost_reply') return { FailedEntryCount: 0, Entries: [{ EventId: random.id() }] };
  await clock.sleep(deadline);
  throw Object.assign(new Error('canary-bus-text'), { name: 'TimeoutError' });
}
