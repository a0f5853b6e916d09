import { gather } from '../../operator/evidence/gather.ts';
import { OperatorError, usage } from '../../operator/fault.ts';
import type { StoredEvent } from '../../operator/republish/publish.ts';
import {
  type Republication,
  type RepublishObserver,
  republishDead,
  republishEvents,
  republishPeriod,
} from '../../operator/republish/republish.ts';
import { eventsIn } from '../../operator/stage/ledger-view.ts';
import type { Stage } from '../../operator/stage/stage.ts';
import { pluralize } from '../../operator/story/wording.ts';
import { suggestion } from '../../operator/suggestion.ts';
import { readSince } from '../input/option-values.ts';
import { republishReport, sumOf } from '../reports/republish-report.ts';
import type { Run, Session } from '../session.ts';
import { confirmWrite, mayWrite } from '../terminal/confirm.ts';
import { EXIT } from '../terminal/exit-codes.ts';
import type { Io } from '../terminal/screen.ts';

interface Options {
  source?: string;
  since?: string;
  until?: string;
  missing?: boolean;
  dead?: boolean;
  dryRun?: boolean;
}

/** How far back logs are searched for the source of a change that was named by its id alone: as long as its row is kept. */
const LOOK_BACK = 40 * 86_400_000;

/**
 * Publishes stored results again: those of changes that are named, of a period, or of the bus's dead letters. Consumers
 * recognise a repeat by its id.
 */
export const republish: Run<Options> = async (session, ids, options) => {
  const { io, screen } = session;
  requireOneWay(ids, options);
  const stage = await session.stage();
  const isDry = options.dryRun ?? false;
  const done = await carryOut(session, stage, ids, options);
  screen.print(republishReport(done, isDry));
  if (!io.out.isTTY) screen.say(sumOf(done, isDry));
  return exitOf(done, isDry, io);
};

function requireOneWay(ids: string[], { since, until, missing, dead }: Options): void {
  const ways = [ids.length > 0, since !== undefined, dead].filter(Boolean).length;
  if (ways !== 1) throw usage('name changes, or a time with --since, or --dead', { fix: 'relay help republish' });
  if ((missing || until !== undefined) && since === undefined)
    throw usage('--missing and --until need --since', { fix: '--since 2h' });
}

function carryOut(session: Session, stage: Stage, ids: string[], options: Options): Promise<Republication> {
  const { io, screen } = session;
  const observer: RepublishObserver = {
    isDry: options.dryRun ?? false,
    async confirm(events) {
      screen.say(`  ${sentenceOf(events)}`);
      const rest = options.dead ? ', and removes their dead letters' : '';
      await confirmWrite(screen, stage, `publishes ${pluralize(events.length, 'event')} again${rest}`);
    },
    mayRemove: (unmatched) =>
      mayWrite(
        screen,
        stage,
        `removes ${pluralize(unmatched, 'dead letter')} that can't be decrypted and for which nothing is missing`,
      ),
  };
  if (options.dead) return republishDead(stage, io, observer);
  const { since, until, missing: isMissing = false } = options;
  if (since === undefined) return republishNamed(stage, ids, options.source, io, observer);
  const now = io.now();
  const period = {
    since: readSince(since, now),
    until: until === undefined ? now : readSince(until, now, 'until'),
  };
  return republishPeriod(stage, { ...period, isMissing }, io, observer);
}

async function republishNamed(
  stage: Stage,
  ids: string[],
  source: string | undefined,
  io: Io,
  observer: RepublishObserver,
): Promise<Republication> {
  const found: StoredEvent[] = [];
  for (const id of new Set(ids)) found.push(...(await storedEvents(stage, id, source, io)));
  return republishEvents(stage, found, io, observer);
}

async function storedEvents(stage: Stage, id: string, source: string | undefined, io: Io): Promise<StoredEvent[]> {
  const { row } = await gather(stage, { id, source, since: io.now() - LOOK_BACK }, io.now(), io.signal);
  const found = eventsIn(row ?? {});
  if (found.length > 0) return found;
  throw new OperatorError('no_result', 'broken', [
    {
      message: `${id}: the ledger has no result of this change`,
      why: 'it has not ended, was never seen, or ended more than 40 days ago',
      fix: suggestion('status', [id]),
    },
  ]);
}

/** `3 events from 2026-01-31T12:00:00.000Z to 2026-01-31T12:04:10.120Z: 2 succeeded, 1 failed`. */
function sentenceOf(events: StoredEvent[]): string {
  const kinds = Map.groupBy(events, ({ event }) => ('outcome' in event.data ? event.data.outcome : 'by an operator'));
  const counts = [...kinds].map(([kind, some]) => `${some.length} ${kind}`).join(', ');
  const span = `from ${events[0]?.event.time} to ${events.at(-1)?.event.time}`;
  return `${pluralize(events.length, 'event')} ${span}: ${counts}`;
}

function exitOf({ events, tried }: Republication, isDry: boolean, { signal }: Io): number {
  if (tried.some(({ refusal }) => refusal !== undefined)) return EXIT.broken;
  if (!isDry && tried.length < events.length && signal.aborted) return EXIT.interrupted;
  return EXIT.done;
}
