import { setTimeout as sleep } from 'node:timers/promises';
import type { Session } from '../session.ts';
import { EXIT } from '../terminal/exit-codes.ts';
import type { CliFault } from '../terminal/fault.ts';
import { toFault } from './aws-faults.ts';
import { type Published, readPublished } from './published.ts';
import type { Stage } from './stage.ts';

/** Milliseconds between two readings; after failures they are doubled each time. */
const PACE = { local: 200, deployed: 2000 };
const LONGEST_REST = 30_000;
/** Lines may become readable out of order; so far back each reading looks again. */
const OVERLAP = 60_000;

/**
 * What a stage's bus takes from a moment on, each event once, until the user interrupts. A connection that breaks, a machine
 * that sleeps and a session that runs out and is renewed leave no gap: the next reading starts where the last good one ended.
 */
export async function* follow(
  session: Session,
  stage: Stage,
  since: number,
  started: () => void,
  pace = stage.isLocal ? PACE.local : PACE.deployed,
): AsyncGenerator<Published> {
  const { signal } = session.io;
  const seen = createSeen(since);
  const say = createVoice(session, started);
  for (let failures = 0; !signal.aborted; ) {
    const { published, fault } = await readOnce(session, stage, seen.from() - OVERLAP);
    say(fault);
    failures = fault ? failures + 1 : 0;
    yield* seen.fresh(published);
    await rest(pace, failures, signal);
  }
}

/** Says once that following has begun, when a reading fails for the first time, and when they work again. */
function createVoice({ screen }: Session, started: () => void) {
  let isOn = false;
  let isLost = false;
  const good = () => {
    if (!isOn) started();
    else if (isLost) screen.say('connected again, nothing was missed');
    [isOn, isLost] = [true, false];
  };
  const lost = ({ message }: CliFault) => {
    if (!isLost) screen.warn(`${message}; trying again`);
    isLost = true;
  };
  return (fault: CliFault | undefined): void => (fault ? lost(fault) : good());
}

/** Remembers which events were given out, for as long as a reading may find them again. */
function createSeen(since: number) {
  const seen = new Map<string, number>();
  let latest = since;
  return {
    from: () => latest,
    fresh(published: Published[]): Published[] {
      const found = published.filter(({ at, event }) => at >= since && !seen.has(event.id));
      for (const { event, at } of published) seen.set(event.id, at);
      latest = Math.max(latest, ...found.map(({ at }) => at));
      for (const [id, at] of seen) if (at < latest - 2 * OVERLAP) seen.delete(id);
      return [...new Map(found.map((one) => [one.event.id, one])).values()];
    },
  };
}

interface Reading {
  published: Published[];
  fault?: CliFault;
}

async function readOnce({ io }: Session, stage: Stage, since: number): Promise<Reading> {
  try {
    return { published: await readPublished(stage, { since }, io.signal) };
  } catch (error) {
    const fault = toFault(error);
    // Rights don't come back by waiting, and an interrupt is no failure.
    if (fault.exit === EXIT.denied || io.signal.aborted) throw error;
    return { published: [], fault };
  }
}

async function rest(pace: number, failures: number, signal: AbortSignal): Promise<void> {
  const wait = failures === 0 ? pace : Math.min(LONGEST_REST, pace * 2 ** failures);
  await sleep(wait, undefined, { signal }).catch(() => undefined);
}
