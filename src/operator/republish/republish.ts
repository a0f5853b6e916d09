import { isOfHeartbeat } from '../../lib/change/heartbeat.ts';
import { DAY, MESSAGE_DAYS } from '../../lib/relay/times.ts';
import type { Clock } from '../clock.ts';
import { readPublished } from '../evidence/published.ts';
import { eventsIn, scanEvents } from '../stage/ledger-view.ts';
import type { Stage } from '../stage/stage.ts';
import { type DeadResult, withDeadResults } from './dead-results.ts';
import { type Publication, publishAgain, type StoredEvent } from './publish.ts';

/** What was published again, or would be. */
export interface Republication {
  /** The events, in the order of their times. */
  events: StoredEvent[];
  /** Those that were tried; none in a dry run. */
  tried: Publication[];
  /**
   * Of the dead letters: how many were removed, and how many stay; of these, how many can't be read and match nothing that
   * is missing.
   */
  dead?: { removed: number; left: number; unmatched: number };
}

export interface RepublishObserver {
  isDry: boolean;
  /** Gets what will be published before it is. It may refuse by throwing. */
  confirm(events: StoredEvent[]): Promise<void>;
  /** Is asked before dead letters are removed that can't be read and for which nothing was published. */
  mayRemove(unmatched: number): Promise<boolean>;
}

/** A period, in milliseconds since 1970. */
interface Period {
  since: number;
  until: number;
}

/** How far clocks may differ, in milliseconds. */
const CLOCKS = 60_000;
/** How long after it was stored a result may be published: as long as its message lives, and a day more for EventBridge's own tries. */
const LOOK_BACK = (MESSAGE_DAYS + 1) * DAY;

/** Publishes events again that were looked up already. */
export async function republishEvents(
  stage: Stage,
  found: StoredEvent[],
  { signal }: Clock,
  { isDry, confirm }: Pick<RepublishObserver, 'isDry' | 'confirm'>,
): Promise<Republication> {
  const events = found.toSorted((one, other) => Date.parse(one.event.time) - Date.parse(other.event.time));
  if (isDry || events.length === 0) return { events, tried: [] };
  await confirm(events);
  return { events, tried: await publishAgain(stage, events, signal) };
}

/** Publishes again the results and findings of a period; `isMissing` leaves out those that the log of results has. */
export async function republishPeriod(
  stage: Stage,
  { isMissing, ...period }: Period & { isMissing: boolean },
  clock: Clock,
  observer: RepublishObserver,
): Promise<Republication> {
  const logged = isMissing ? await loggedSince(stage, period.since, clock.signal) : new Set<string>();
  const found = await storedIn(stage, (id, time) => isWithin(period, time) && !logged.has(id), clock.signal);
  return republishEvents(stage, found, clock, observer);
}

/**
 * Publishes again what the bus, or the rule that writes the log of results, could not deliver, and removes it from the
 * dead letters. If some can't be decrypted, these are the results and findings of their time that the log does not have.
 * One for which there are none is removed only if the observer agrees.
 */
export function republishDead(stage: Stage, clock: Clock, observer: RepublishObserver): Promise<Republication> {
  return withDeadResults(stage, clock, async (dead, remove) => {
    const republication = await republishEvents(stage, await findDead(stage, dead, clock), clock, observer);
    const { removable, unmatched } = observer.isDry ? NONE : sortOut(dead, republication);
    for (const one of removable) await remove(one);
    const more = await agreed(unmatched, observer);
    for (const one of more) await remove(one);
    const removed = removable.length + more.length;
    const left = { left: dead.length - removed, unmatched: unmatched.length - more.length };
    return { ...republication, dead: { removed, ...left } };
  });
}

/** All of them if the observer agrees to their removal, otherwise none. */
const agreed = async (unmatched: DeadResult[], { mayRemove }: RepublishObserver) =>
  unmatched.length > 0 && (await mayRemove(unmatched.length)) ? unmatched : [];

/** Dead letters that are done with, and those that can't be read and match nothing of what was published, although all was. */
interface Sorted {
  removable: DeadResult[];
  unmatched: DeadResult[];
}
const NONE: Sorted = { removable: [], unmatched: [] };

function sortOut(dead: DeadResult[], { events, tried }: Republication): Sorted {
  const done = new Map(tried.flatMap(({ event, refusal }) => (refusal === undefined ? [[event.id, event]] : [])));
  const readable = dead.filter(({ event, isHeartbeat }) => isHeartbeat || (event && done.has(event.event.id)));
  if (done.size < events.length) return { removable: readable, unmatched: [] };
  const named = new Set(dead.map(({ event }) => event?.event.id));
  const times = [...done.values()].filter(({ id }) => !named.has(id)).map(({ time }) => Date.parse(time));
  const isMatched = ({ at }: DeadResult) => times.some((time) => time >= at - LOOK_BACK && time <= at + CLOCKS);
  const unreadable = dead.filter(({ isEncrypted }) => isEncrypted);
  return {
    removable: [...readable, ...unreadable.filter(isMatched)],
    unmatched: unreadable.filter((one) => !isMatched(one)),
  };
}

/** The stored events of dead letters, and for replays and for rows that are gone, the dead letters' own text. */
async function findDead(stage: Stage, dead: DeadResult[], { now, signal }: Clock): Promise<StoredEvent[]> {
  const named = new Map(dead.flatMap(({ event }) => (event ? [[event.event.id, event] as const] : [])));
  const unnamed = dead.filter(({ isEncrypted }) => isEncrypted);
  if (named.size + unnamed.length === 0) return [];
  const period = { since: Math.min(...unnamed.map(({ at }) => at)) - LOOK_BACK, until: now() };
  const logged = unnamed.length > 0 ? await loggedSince(stage, period.since, signal) : new Set<string>();
  const isUnnamed = (id: string, time: number) => unnamed.length > 0 && isWithin(period, time) && !logged.has(id);
  const stored = await storedIn(stage, (id, time) => named.has(id) || isUnnamed(id, time), signal);
  return [...new Map([...named, ...stored.map((one) => [one.event.id, one] as const)]).values()];
}

const isWithin = ({ since, until }: Period, time: number) => time >= since && time <= until;

/** The results and findings in the ledger that are wanted, by id and time. Nobody waits for the result of a heartbeat. */
const storedIn = (stage: Stage, isWanted: (id: string, time: number) => boolean, signal: AbortSignal) => {
  const wantedIn = (row: Parameters<typeof eventsIn>[0]) =>
    eventsIn(row).filter(({ event }) => !isOfHeartbeat(event) && isWanted(event.id, Date.parse(event.time)));
  return scanEvents(stage, wantedIn, signal);
};

/** The ids of the events that the log has. */
async function loggedSince(stage: Stage, since: number, signal: AbortSignal): Promise<Set<string>> {
  const published = await readPublished(stage, { since: since - CLOCKS }, signal);
  return new Set(published.map(({ event }) => event.id));
}
