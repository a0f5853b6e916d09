import { type Depths, type Drain, drainStage } from '../../operator/drain.ts';
import { partsOf } from '../../operator/stage/pausing.ts';
import type { Stage } from '../../operator/stage/stage.ts';
import { duration } from '../../operator/story/wording.ts';
import { readDuration } from '../input/option-values.ts';
import { depthText, type PartView } from '../reports/parts-report.ts';
import type { Run, Session } from '../session.ts';
import { confirmWrite } from '../terminal/confirm.ts';
import { EXIT } from '../terminal/exit-codes.ts';
import { countIn, printParts, publishAct, readParts, viewsOf } from './parts.ts';

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
  const { isDrained } = await drain(session, stage, wait);
  const event = isDrained ? await publishAct(session, stage, 'drained', parts) : undefined;
  const views = endOf(await viewsOf(stage, before, true), isDrained);
  const notes = [
    isDrained ? doneText(views) : `Not drained: ${countIn(views)} left when --timeout was over. ${UNDONE}`,
  ];
  const next = isDrained ? 'relay resume' : 'relay drain';
  printParts(session, views, { isDry, notes, event, next, more: { drained: isDrained } });
  return isDrained ? EXIT.done : EXIT.pending;
};

/** Shows what is left as it becomes less. After an interrupt it says how things are. */
async function drain({ io, screen }: Session, stage: Stage, wait: number): Promise<Drain> {
  const began = io.now();
  screen.say(DIRECT);
  const report = (depths: Depths) =>
    screen.progress(`… ${progressOf(depths)}  (${duration(io.now() - began)})`, progressOf(depths));
  try {
    return await drainStage(stage, io, { until: began + wait, report });
  } catch (error) {
    if (io.signal.aborted) screen.warn(UNDONE);
    throw error;
  }
}

/** If the time was over first, only the webhook is paused. */
const endOf = (views: PartView[], isDrained: boolean) =>
  views.map((one) => ({ ...one, isPaused: isDrained || one.part === 'webhook' }));

const progressOf = (depths: Depths) =>
  Object.entries(depths)
    .map(([service, depth]) => `${service}: ${depthText(depth)}`)
    .join('; ');

function doneText(views: PartView[]): string {
  const late = countIn(views);
  const rest = late.startsWith('0 ') ? '' : ` ${late} came since, from direct senders or as heartbeats, and wait.`;
  return `Drained: nothing is in flight, and the queues are paused.${rest}`;
}

const DIRECT = 'Who sends to a queue directly still can, so stop these senders too: their changes delay the end.';
const UNDONE =
  'The webhook is closed and the functions go on. relay drain goes on waiting, relay resume opens the webhook.';
