import { setTimeout as sleep } from 'node:timers/promises';
import type { ChangeRow } from '../../lib/relay/ledger.ts';
import type { Result } from '../../lib/relay/result-schema.ts';
import type { Clock } from '../clock.ts';
import { type LedgerView, openLedger, storedResult } from '../stage/ledger-view.ts';
import type { Stage } from '../stage/stage.ts';
import { type Story, storyOf } from '../story/story.ts';
import { gather } from './gather.ts';
import { isResult, readPublished } from './published.ts';

/** A change that was sent, and what was known about it before. */
interface SentChange {
  id: string;
  source: string;
  /** Milliseconds since 1970. */
  at: number;
  before: ChangeRow | undefined;
  /** Log lines about the change from before. */
  lines: ReadonlySet<string>;
}

/** How far back lines are read, in milliseconds, because clocks differ and lines may have been logged just before. */
const MARGIN = 30_000;

/** Reads what is known about a change before it is sent, so that its result can be distinguished from an earlier one. */
export async function readBefore(stage: Stage, name: { id: string; source: string }, at: number): Promise<SentChange> {
  const before = await (await openLedger(stage)).change(name);
  const lines = before ? await readPublished(stage, { since: at - MARGIN, about: name }) : [];
  return { ...name, at, before, lines: new Set(lines.map(({ line }) => line)) };
}

/** The time between two reads of a stage, in milliseconds, and after how many of them the logs are read for the reason of a delay. */
const INTERVAL = { local: 150, deployed: 1000 };
const LOGS_EVERY = 4;

/**
 * Waits until a deadline for the result of a change. Undefined if there is none by then. If the change was new to the
 * ledger, it reads the result there, which is fastest. If the ledger had it already, only events that were published after
 * the sending count.
 */
export async function waitForResult(
  stage: Stage,
  sent: SentChange,
  until: number,
  { now, signal }: Clock,
  report: (story: Story) => void,
) {
  const ledger = await openLedger(stage);
  const read = () => (sent.before ? readPublishedResult(stage, sent, signal) : readStoredResult(ledger, sent));
  const interval = stage.isLocal ? INTERVAL.local : INTERVAL.deployed;
  let result = await read();
  for (let reads = 1; !result && now() < until; reads++) {
    // A dead letter is not tried again until somebody puts it back.
    if (reads % LOGS_EVERY === 0 && (await isDead(stage, sent, { now, signal }, report))) break;
    await sleep(interval, undefined, { signal });
    result = await read();
  }
  return result;
}

const readStoredResult = async (ledger: LedgerView, sent: SentChange) => storedResult(await ledger.change(sent));

async function readPublishedResult(
  stage: Stage,
  { id, source, at, lines }: SentChange,
  signal: AbortSignal,
): Promise<Result | undefined> {
  const found = await readPublished(stage, { since: at - MARGIN, about: { id, source } }, signal);
  const newEvents = found.filter(({ line }) => !lines.has(line));
  return newEvents.map(({ event }) => event).findLast(isResult);
}

/** Reports why the change is delayed. Returns true if it is not tried again. */
async function isDead(
  stage: Stage,
  { id, source, at }: SentChange,
  { now, signal }: Clock,
  report: (story: Story) => void,
) {
  const story = storyOf(await gather(stage, { id, source, since: at - 1000 }, now(), signal));
  report(story);
  return story.state === 'dead';
}
