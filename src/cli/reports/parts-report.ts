import type { StageEvent } from '../../contracts/operator-events.ts';
import type { Part } from '../../operator/stage/pausing.ts';
import type { Depth } from '../../operator/stage/queues.ts';
import type { Paint, Report } from '../terminal/screen.ts';
import { columns, isoTime } from '../terminal/table.ts';

/** A part of a stage after a command, and what is in its queue. */
export interface PartView {
  part: Part;
  wasPaused: boolean;
  isPaused: boolean;
  /** Since when at the latest it was paused before the command; milliseconds since 1970. */
  since?: number | undefined;
  depth?: Depth | undefined;
}

/** What a command says beside the parts. */
export interface PartsNotes {
  isDry: boolean;
  /** Sentences for a person. */
  notes: string[];
  event?: StageEvent | undefined;
  next?: string | undefined;
  /** More members of the JSON object. */
  more?: object;
}

/** The parts of a stage in the three forms of output. */
export function partsReport(parts: PartView[], { isDry, notes, event, next, more = {} }: PartsNotes): Report {
  return {
    text: (paint) => [...columns(parts.map((one) => cellsOf(one, isDry, paint))), ...notes],
    next,
    rows: parts.map((one) => {
      const { waiting, inFlight, delayed } = one.depth ?? {};
      return [one.part, stateOf(one), waiting, inFlight, delayed];
    }),
    json: {
      items: parts.map((one) => ({ ...toJson(one), changed: !isDry && one.wasPaused !== one.isPaused })),
      next: null,
      ...more,
      ...(event && { event }),
    },
  };
}

const stateOf = ({ isPaused }: PartView) => (isPaused ? 'paused' : 'works');

function cellsOf(one: PartView, isDry: boolean, paint: Paint): string[] {
  const { part, wasPaused, isPaused, depth } = one;
  const isSame = wasPaused === isPaused;
  const sign = isSame ? '-' : paint('green', isDry ? '…' : '✓');
  const verb = !isSame && isDry ? `would be: ${stateOf(one)}` : stateOf(one);
  return [`${sign} ${part}`, isSame ? `${verb}, as before` : verb, depth === undefined ? '' : depthText(depth)];
}

/** `12 waiting, 3 in flight, 0 delayed`. */
export const depthText = ({ waiting, inFlight, delayed }: Depth) =>
  `${waiting} waiting, ${inFlight} in flight, ${delayed} delayed`;

const toJson = (one: PartView) => ({
  part: one.part,
  state: stateOf(one),
  ...(one.since !== undefined && { paused_since: isoTime(one.since) }),
  ...(one.depth && {
    waiting: one.depth.waiting,
    in_flight: one.depth.inFlight,
    delayed: one.depth.delayed,
  }),
});
