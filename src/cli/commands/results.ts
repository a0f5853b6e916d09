import type { ResolutionEvent } from '../../contracts/operator-events.ts';
import { OUTCOMES, type Result } from '../../lib/relay/result-schema.ts';
import { type ConnectionReports, follow } from '../../operator/evidence/follow.ts';
import { isResult, type PublishedEvent, readPublished, readStageEvents } from '../../operator/evidence/published.ts';
import { readCount, readSince, requireKnown } from '../input/option-values.ts';
import { resultHead, resultsReport } from '../reports/results-view.ts';
import type { Run, Session } from '../session.ts';
import { EXIT, exitOf } from '../terminal/exit-codes.ts';
import { clockTime } from '../terminal/table.ts';

interface Options {
  follow?: boolean;
  since: string;
  outcome: string[];
  task?: string;
  failFast?: boolean;
  limit: string;
}

/** Shows published results, the newest last. With --follow it also shows new ones as they come. */
export const results: Run<Options> = async (session, _args, options) => {
  const { io, screen } = session;
  const wanted = filterOf(options);
  const limit = readCount('limit', options.limit);
  const since = readSince(options.since, io.now());
  const stage = await session.stage();
  if (options.follow) return followResults(session, { since, wanted, failFast: options.failFast ?? false });
  const [published, acts] = await Promise.all([
    readPublished(stage, { since }, io.signal),
    readStageEvents(stage, since, io.signal),
  ]);
  const found = onlyOnce(published).filter(({ event }) => wanted(event));
  screen.print(
    resultsReport(found.slice(-limit), {
      since,
      now: io.now(),
      hidden: Math.max(0, found.length - limit),
      width: io.out.columns,
      acts,
      resolutions: published.flatMap(({ event }) => ('resolved_as' in event.data ? [event as ResolutionEvent] : [])),
    }),
  );
  const bad = options.failFast ? found.map(({ event }) => event).find(isBad) : undefined;
  return bad ? exitOf(bad.data.outcome) : EXIT.done;
};

type PublishedResult = PublishedEvent & { event: Result };
const isBad = ({ data }: Result) => data.outcome !== 'succeeded';

/** A result may be published more than once, with the same id and the same bytes. */
function onlyOnce(published: PublishedEvent[]): PublishedResult[] {
  const found = published.filter((one): one is PublishedResult => isResult(one.event));
  return [...new Map(found.map((one) => [one.event.id, one])).values()];
}

function filterOf({ outcome, task }: Options): (result: Result) => boolean {
  for (const one of outcome) requireKnown(one, OUTCOMES, '--outcome: not an outcome');
  return ({ data }) =>
    (outcome.length === 0 || outcome.includes(data.outcome)) &&
    (task === undefined || data.change.subject?.id === task);
}

interface FollowOptions {
  since: number;
  wanted: (result: Result) => boolean;
  failFast: boolean;
}

async function followResults(session: Session, { since, wanted, failFast }: FollowOptions): Promise<number> {
  const { io, screen } = session;
  const stage = await session.stage();
  const reports: ConnectionReports = {
    started() {
      screen.say(`following results of stage ${stage.name} since ${clockTime(since)}`);
      if (io.out.isTTY && !screen.options.json) screen.line(resultHead());
    },
    lost: ({ message }) => screen.warn(`${message}; trying again`),
    found: () => screen.say('connected again; nothing was missed'),
  };
  for await (const { event, text, at } of follow(stage, since, io.signal, reports)) {
    if (!isResult(event) || !wanted(event)) continue;
    screen.line(lineOf(session, { at, event, text }));
    if (failFast && isBad(event)) return exitOf(event.data.outcome);
  }
  return EXIT.interrupted;
}

/** One result as one line: the event byte for byte, a row of the table, or cells for a pipe. */
function lineOf({ io, screen }: Session, { at, event, text }: Omit<PublishedResult, 'line'>): string {
  if (screen.options.json) return text;
  const { text: lines, rows } = resultsReport([{ at, event }], { since: at, now: at, hidden: 0 });
  return io.out.isTTY ? (lines(screen.paint)[1] ?? '') : (rows[0] ?? []).join('\t');
}
