import type { STAGE_VERBS, StageEvent } from '../../contracts/operator-events.ts';
import type { Service } from '../../lib/operations/operation.ts';
import { toOperatorError } from '../../operator/stage/aws-faults.ts';
import { operatorOf, publishOperatorEvent, toStageEvent } from '../../operator/stage/operator.ts';
import { PARTS, type Part, type PartState, partsOf, readPart } from '../../operator/stage/pausing.ts';
import { depthOf } from '../../operator/stage/queues.ts';
import type { Stage } from '../../operator/stage/stage.ts';
import { pluralize } from '../../operator/story/wording.ts';
import { requireKnown } from '../input/option-values.ts';
import { type PartsNotes, type PartView, partsReport } from '../reports/parts-report.ts';
import type { Session } from '../session.ts';

/** The parts that were named, in the order of the stage; `all` if none was. Throws a usage error for a part that it does not have. */
export async function chosenParts(
  stage: Stage,
  only: string[],
  all: (part: Part) => boolean = () => true,
): Promise<Part[]> {
  for (const one of only) requireKnown(one, PARTS, '--only: not a part of a stage');
  const parts = await partsOf(stage);
  for (const one of only) requireKnown(one, parts, `--only: stage ${stage.name} does not have this`);
  return parts.filter((part) => (only.length === 0 ? all(part) : only.includes(part)));
}

/** Reads whether parts are paused. */
export const readParts = (stage: Stage, parts: Part[]): Promise<PartState[]> =>
  Promise.all(parts.map((part) => readPart(stage, part)));

/** Each part as it is after a command, with what is in its queue. `assumed` says instead whether all of them would be paused. */
export const viewsOf = (stage: Stage, before: PartState[], assumed?: boolean): Promise<PartView[]> =>
  Promise.all(
    before.map(async ({ part, isPaused: wasPaused, since }) => ({
      ...{ part, wasPaused, since },
      isPaused: assumed ?? (await readPart(stage, part)).isPaused,
      depth: part === 'webhook' ? undefined : await depthOf(stage, part),
    })),
  );

/** The parts whose state a command changed. */
export const changedIn = (views: PartView[]): Part[] =>
  views.flatMap(({ part, wasPaused, isPaused }) => (wasPaused === isPaused ? [] : [part]));

/** Publishes what was done with which parts, by whom; nothing if there is none. If the bus refuses it, that is only a warning: it is done. */
export async function publishAct(
  { screen, io }: Session,
  stage: Stage,
  verb: (typeof STAGE_VERBS)[number],
  parts: Part[],
): Promise<StageEvent | undefined> {
  if (parts.length === 0) return undefined;
  try {
    const event = toStageEvent(stage, verb, { parts, operator: await operatorOf(stage) }, io.now());
    await publishOperatorEvent(stage, event);
    return event;
  } catch (error) {
    screen.warn(`the stage is ${verb}, but the event about it was not published: ${toOperatorError(error).message}`);
    return undefined;
  }
}

/** `the queue of dcs, the webhook`. */
export const namesOf = (parts: Part[]) =>
  parts.map((part) => (part === 'webhook' ? 'the webhook' : `the queue of ${part}`)).join(', ');

/** How many messages are in the queues of these parts. */
export const totalIn = (views: PartView[]): number =>
  views.reduce((sum, { depth }) => sum + (depth ? depth.waiting + depth.inFlight + depth.delayed : 0), 0);

/** The same in words. SQS can't tell heartbeats from changes. */
export const countIn = (views: PartView[]): string => pluralize(totalIn(views), 'message');

export const servicesIn = (parts: Part[]) => parts.filter((part): part is Service => part !== 'webhook');

/** Prints the parts. In a pipe the notes go to stderr. */
export function printParts({ io, screen }: Session, views: PartView[], more: PartsNotes): void {
  screen.print(partsReport(views, more));
  if (!io.out.isTTY) for (const note of more.notes) screen.say(note);
}
