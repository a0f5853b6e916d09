import { setTimeout as sleep } from 'node:timers/promises';
import type { OperatorError } from '../fault.ts';
import { toFault } from '../stage/aws-faults.ts';
import type { Stage } from '../stage/stage.ts';
import { type PublishedEvent, readPublished } from './published.ts';

/** Milliseconds between two readings; after failures they are doubled each time. */
const PACE = { local: 200, deployed: 2000 };
const MAX_REST = 30_000;
/** Lines may become readable out of order; so far back each reading looks again. */
const OVERLAP = 60_000;

/**
 * What a stage's bus takes from a moment on, each event once, until the user interrupts. A connection that breaks, a machine
 * that sleeps and a session that runs out and is renewed leave no gap: the next reading starts where the last good one ended.
 */
export async function* follow(
  stage: Stage,
  since: number,
  signal: AbortSignal,
  voice: Voice,
  pace = stage.isLocal ? PACE.local : PACE.deployed,
): AsyncGenerator<PublishedEvent> {
  const seen = createSeen(since);
  const tell = createTeller(voice);
  for (let failures = 0; !signal.aborted; ) {
    const { published, fault } = await readOnce(stage, seen.from() - OVERLAP, signal);
    tell(fault);
    failures = fault ? failures + 1 : 0;
    yield* seen.fresh(published);
    await rest(pace, failures, signal);
  }
}

/** What is to be said of following: once that it has begun, that a reading failed, and that they work again. */
export interface Voice {
  started(): void;
  lost(fault: OperatorError): void;
  found(): void;
}

/** Says each only when it changes. */
function createTeller({ started, lost, found }: Voice) {
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

/** Remembers which events were given out, for as long as a reading may find them again. */
function createSeen(since: number) {
  const seen = new Map<string, number>();
  let latest = since;
  return {
    from: () => latest,
    fresh(published: PublishedEvent[]): PublishedEvent[] {
      const found = published.filter(({ at, event }) => at >= since && !seen.has(event.id));
      for (const { event, at } of published) seen.set(event.id, at);
      latest = Math.max(latest, ...found.map(({ at }) => at));
      for (const [id, at] of seen) if (at < latest - 2 * OVERLAP) seen.delete(id);
      return [...new Map(found.map((one) => [one.event.id, one])).values()];
    },
  };
}

interface Reading {
  published: PublishedEvent[];
  fault?: OperatorError;
}

async function readOnce(stage: Stage, since: number, signal: AbortSignal): Promise<Reading> {
  try {
    return { published: await readPublished(stage, { since }, signal) };
  } catch (error) {
    const fault = toFault(error);
    // Rights don't come back by waiting, and an interrupt is no failure.
    if (fault.kind === 'denied' || signal.aborted) throw error;
    return { published: [], fault };
  }
}

async function rest(pace: number, failures: number, signal: AbortSignal): Promise<void> {
  const wait = failures === 0 ? pace : Math.min(MAX_REST, pace * 2 ** failures);
  await sleep(wait, undefined, { signal }).catch(() => undefined);
}
