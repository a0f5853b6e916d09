import { DAY, MESSAGE_DAYS } from '../../lib/relay/times.ts';
import { type PartState, resumePart } from '../../operator/stage/pausing.ts';
import type { Stage } from '../../operator/stage/stage.ts';
import { duration } from '../../operator/story/wording.ts';
import type { Run, Session } from '../session.ts';
import { confirmWrite } from '../terminal/confirm.ts';
import { EXIT } from '../terminal/exit-codes.ts';
import { chosenParts, countIn, namesOf, printParts, publishAct, readParts, viewsOf } from './parts.ts';

interface Options {
  only: string[];
  dryRun?: boolean;
}

/** Lets the parts of a stage work again that are paused. It first says which changes are too old by now. */
export const resumeStage: Run<Options> = async (session, _args, { only, dryRun: isDry = false }) => {
  const { io, screen } = session;
  const stage = await session.stage();
  const before = await readParts(stage, await chosenParts(stage, only));
  const warnings = (await Promise.all(before.map((one) => warningsOf(stage, one, io.now())))).flat();
  for (const warning of warnings) screen.warn(warning);
  const ages = before.flatMap((one) => agesOf(one, io.now()));
  const event = isDry ? undefined : await resume(session, stage, before);
  const views = await viewsOf(stage, before, isDry ? false : undefined);
  printParts(session, views, {
    isDry,
    notes: [...ages, `${countIn(views)} in the queues.`],
    event,
    more: { warnings },
  });
  return EXIT.done;
};

/** Gives the event that was published about it; undefined if nothing was paused. */
async function resume(session: Session, stage: Stage, before: PartState[]) {
  const stopped = before.flatMap(({ part, isPaused }) => (isPaused ? [part] : []));
  if (stopped.length === 0) return undefined;
  await confirmWrite(session.screen, stage, `resumes ${namesOf(stopped)}`);
  for (const part of stopped) await resumePart(stage, part, session.io);
  return publishAct(session, stage, 'resumed', stopped);
}

/** Which changes have become too old during the pause of a queue. */
async function warningsOf(stage: Stage, { part, since }: PartState, now: number): Promise<string[]> {
  if (since === undefined) return [];
  const { MAX_AGE_SECONDS = '86400' } = (await stage.settings(part)) ?? {};
  const age = now - since;
  const limit = Number(MAX_AGE_SECONDS) * 1000;
  const length = `${part} was paused for at least ${duration(age)}`;
  return [
    ...(age > limit
      ? [
          `${length}, longer than maxAgeSeconds (${duration(limit)}): changes that were begun before it end as failed or unknown. To prevent that, raise maxAgeSeconds and deploy before resuming`,
        ]
      : []),
    ...(age > (MESSAGE_DAYS - 1) * DAY
      ? [
          `${length}: changes that were sent more than ${MESSAGE_DAYS - 1} days ago end without a call, and those of more than ${MESSAGE_DAYS} days are gone`,
        ]
      : []),
  ];
}

/** How old the oldest change may be. SQS tells no age, so it is said from the length of the pause. */
const agesOf = ({ part, since }: PartState, now: number) =>
  since === undefined
    ? []
    : [`${part} was paused for at least ${duration(now - since)}; what waited before that is older.`];
