import type { Service } from '../../lib/operations/operation.ts';
import { type Depths, type Drain, drainStage } from '../../operator/drain.ts';
import { type Part, type PartState, partsOf } from '../../operator/stage/pausing.ts';
import type { Stage } from '../../operator/stage/stage.ts';
import { duration } from '../../operator/story/wording.ts';
import { suggestion } from '../../operator/suggestion.ts';
import { readDuration } from '../input/option-values.ts';
import { depthText, type PartView } from '../reports/parts-report.ts';
import type { Run, Session } from '../session.ts';
import { confirmWrite } from '../terminal/confirm.ts';
import { EXIT } from '../terminal/exit-codes.ts';
import { changedIn, countIn, namesOf, printParts, publishAct, readParts, totalIn, viewsOf } from './parts.ts';

interface Options {
  timeout: string;
  dryRun?: boolean;
}

/** Closes the webhook, waits until the functions have emptied their queues, and then pauses them. */
export const drainQueues: Run<Options> = async (session, _args, { timeout, dryRun: isDry = false }) => {
  const wait = readDuration('timeout', timeout);
  const stage = await session.stage();
  const parts = await partsOf(stage);
  const before = await readParts(stage, parts);
  if (isDry) {
    printParts(session, await viewsOf(stage, before, true), { isDry, notes: [DIRECT] });
    return EXIT.done;
  }
  await confirmWrite(session.screen, stage, 'closes the webhook, waits until the queues are empty, and pauses them');
  const { isDrained, working } = await drain(session, stage, before, wait);
  const views = await viewsOf(stage, before);
  const verb = isDrained && working.length > 0 ? 'drained' : 'paused';
  const event = await publishAct(session, stage, verb, changedIn(views));
  const warnings = leftIn(session, views, working);
  for (const warning of warnings) session.screen.warn(warning);
  const awaited = views.filter(({ part }) => isAmong(working, part));
  const notes = isDrained
    ? [doneText(awaited), stateText(views)]
    : [`Not drained: ${countIn(awaited)} left when --timeout was over. ${stateText(views)} ${AGAIN}`];
  const next = isDrained ? 'relay resume' : 'relay drain';
  printParts(session, views, { isDry, notes, event, next, more: { drained: isDrained, warnings } });
  return isDrained ? EXIT.done : EXIT.pending;
};

/** Shows what is left as it becomes less. After an interrupt it says how things are. */
async function drain(session: Session, stage: Stage, before: PartState[], wait: number): Promise<Drain> {
  const { io, screen } = session;
  const began = io.now();
  screen.say(DIRECT);
  const report = (depths: Depths) =>
    screen.progress(`… ${progressOf(depths)}  (${duration(io.now() - began)})`, progressOf(depths));
  try {
    return await drainStage(stage, io, { until: began + wait, report });
  } catch (error) {
    if (io.signal.aborted) await tellStopped(session, stage, before);
    throw error;
  }
}

async function tellStopped(session: Session, stage: Stage, before: PartState[]): Promise<void> {
  const views = await viewsOf(stage, before);
  session.screen.warn(`${stateText(views)} ${AGAIN}`);
  await publishAct(session, stage, 'paused', changedIn(views));
}

const isAmong = (services: Service[], part: Part) => services.some((service) => service === part);

/** What still waits for functions that were paused before the drain. */
const leftIn = ({ screen }: Session, views: PartView[], working: Service[]) =>
  views
    .filter((one) => totalIn([one]) > 0 && !isAmong(working, one.part))
    .map((one) => {
      const resume = screen.typed(suggestion('resume', [], ['--only', one.part]));
      return `${one.part} was paused already, so its queue was not emptied: it has ${countIn([one])}. To empty it: ${resume}, then drain again`;
    });

const progressOf = (depths: Depths) =>
  Object.entries(depths)
    .map(([service, depth]) => `${service}: ${depthText(depth)}`)
    .join('; ');

/** What became of the queues that were waited for. */
function doneText(awaited: PartView[]): string {
  if (awaited.length === 0) return 'Nothing to drain: all queues were paused already.';
  const late = totalIn(awaited) > 0 ? ` ${countIn(awaited)} came since, from direct senders or as heartbeats.` : '';
  return `Drained until empty: ${namesOf(awaited.map(({ part }) => part))}.${late}`;
}

/** `Paused: the queue of dcs, the webhook. At work: the queue of sms.` */
const stateText = (views: PartView[]) =>
  [
    { head: 'Paused', found: views.filter(({ isPaused }) => isPaused) },
    { head: 'At work', found: views.filter(({ isPaused }) => !isPaused) },
  ]
    .filter(({ found }) => found.length > 0)
    .map(({ head, found }) => `${head}: ${namesOf(found.map(({ part }) => part))}.`)
    .join(' ');

const DIRECT = 'Who sends to a queue directly still can, so stop these senders too: their changes delay the end.';
const AGAIN = 'relay drain goes on waiting, relay resume starts what is paused.';
