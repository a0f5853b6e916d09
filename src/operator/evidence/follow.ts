import { setTimeout as sleep } from 'node:timers/promises';
import type { OperatorError } from '../fault.ts';
import { toOperatorError } from '../stage/aws-faults.ts';
import type { Stage } from '../stage/stage.ts';
import { type PublishedEvent, readPublished } from './published.ts';

/** Milliseconds between two reads. They double after each failure. */
const INTERVAL = { local: 200, deployed: 2000 };
const MAX_INTERVAL = 30_000;
/** How far back each read looks again, in milliseconds, because lines may become readable out of order. */
const OVERLAP = 60_000;

/**
 * Yields each event that a stage's bus takes from a time on once, until the user interrupts. There is no gap after a broken
 * connection, a machine that slept or a renewed session: the next read starts where the last successful one ended.
 */
export async function* follow(
  stage: Stage,
  since: number,
  signal: AbortSignal,
  reports: ConnectionReports,
  interval = stage.isLocal ? INTERVAL.local : INTERVAL.deployed,
): AsyncGenerator<PublishedEvent> {
  const seenEvents = createSeenEvents(since);
  const report = createReporter(reports);
  for (let failures = 0; !signal.aborted; ) {
    const { published, fault } = await readOnce(stage, seenEvents.from() - OVERLAP, signal);
    report(fault);
    failures = fault ? failures + 1 : 0;
    yield* seenEvents.filterNew(published);
    await waitForNextRead(interval, failures, signal);
  }
}

/** What is reported while following: that it has begun, that a read failed, and that reads work again. */
export interface ConnectionReports {
  started(): void;
  lost(fault: OperatorError): void;
  found(): void;
}

/** Reports a state only when it changes. */
function createReporter({ started, lost, found }: ConnectionReports) {
  let isOn = false;
  let isLost = false;
  const good = () => {
    if (!isOn) started();
    else if (isLost) found();
    [isOn, isLost] = [true, false];
  };
  const bad = (fault: OperatorError) => {
    if (!isLost) lost(fault);
    isLost = true;
  };
  return (fault: OperatorError | undefined): void => (fault ? bad(fault) : good());
}

/** Remembers which events were given, for as long as a read may find them again. */
function createSeenEvents(since: number) {
  const seenIds = new Map<string, number>();
  let latest = since;
  return {
    from: () => latest,
    filterNew(published: PublishedEvent[]): PublishedEvent[] {
      const found = published.filter(({ at, event }) => at >= since && !seenIds.has(event.id));
      for (const { event, at } of published) seenIds.set(event.id, at);
      latest = Math.max(latest, ...found.map(({ at }) => at));
      for (const [id, at] of seenIds) if (at < latest - 2 * OVERLAP) seenIds.delete(id);
      return [...new Map(found.map((one) => [one.event.id, one])).values()];
    },
  };
}

interface ReadResult {
  published: PublishedEvent[];
  fault?: OperatorError;
}

async function readOnce(stage: Stage, since: number, signal: AbortSignal): Promise<ReadResult> {
  try {
    return { published: await readPublished(stage, { since }, signal) };
  } catch (error) {
    const fault = toOperatorError(error);
    // Waiting does not restore permissions, and an interrupt is not a failure.
    if (fault.kind === 'denied' || signal.aborted) throw error;
    return { published: [], fault };
  }
}

async function waitForNextRead(interval: number, failures: number, signal: AbortSignal): Promise<void> {
  const wait = failures === 0 ? interval : Math.min(MAX_INTERVAL, interval * 2 ** failures);
  await sleep(wait, undefined, { signal }).catch(() => undefined);
}
