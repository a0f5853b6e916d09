import { randomUUID } from 'node:crypto';
import { ServiceError, startJsonServer } from '../json-server.ts';
import { type Entry, findFault, type PublishedEvent, readEntries, toEvent } from './entries.ts';
import { type Rule, ruleCalls } from './rules.ts';

/** Starts a stand-in for EventBridge with the named buses, which tells of these rules. It keeps the events in order and passes them to subscribers. */
export async function startEventBus(buses: string[], rules: Rule[] = [], region = 'eu-central-1') {
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
    ...ruleCalls(rules, region),
    'AWSEvents.PutEvents': (input) => {
      if (refusals > 0) {
        refusals -= 1;
        throw new ServiceError('InternalException', 'refused on purpose', 500);
      }
      const Entries = readEntries(input).map(take);
      return { Entries, FailedEntryCount: Entries.filter((entry) => 'ErrorCode' in entry).length };
    },
  });
  return {
    ...server,
    events,
    subscribe: (listener: (event: PublishedEvent) => void) => void listeners.push(listener),
    /** The next `times` requests are answered with HTTP 500. */
    refuse(times: number): void {
      refusals = times;
    },
    /** How many requests will still be refused. */
    refusing: () => refusals,
    /** The next `times` entries are refused with this code inside a reply with HTTP 200. */
    fail(times: number, code = 'ThrottlingException'): void {
      failures = { times, code };
    },
  };
}
export type EventBus = Awaited<ReturnType<typeof startEventBus>>;
