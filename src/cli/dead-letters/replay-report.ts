import type { Report } from '../terminal/screen.ts';
import { suggestion } from '../terminal/suggestion.ts';
import type { DeadLetter } from './dead-letters.ts';
import { idOf, toJson } from './letter-view.ts';

/** What came of a replay. */
export interface Replay {
  /** Put back, or to be put back. */
  able: DeadLetter[];
  /** Seen, and left where they are. */
  refused: DeadLetter[];
  /** Not seen, or not asked for. */
  left: number;
  /** How many there were at the start. */
  total: number;
  isDry: boolean;
  /** None was named. */
  isAll: boolean;
}

/** One line for all that share their task, their reason and what a replay of them comes to. */
export const groupsOf = (letters: DeadLetter[]): { name: string; text: string }[] =>
  [...Map.groupBy(letters, kindOf).values()].map((same) => {
    const [{ forecast, reason, judged } = {} as DeadLetter] = same;
    const task = judged.name.subject?.id;
    const about = task === undefined ? 'that are no changes' : `of task ${task}`;
    const name = same.length === 1 && same[0] ? idOf(same[0]) : `${same.length} ${about}, ${reason}`;
    return { name, text: forecast.text };
  });

const kindOf = ({ judged, reason, forecast }: DeadLetter) =>
  JSON.stringify([judged.name.subject, reason, forecast.text]);

/** A replay in all three forms. */
export function replayReport(replay: Replay): Report {
  const { able, refused, left, total, isDry } = replay;
  const done = isDry ? 'would be put back' : 'put back';
  return {
    text: (paint) => [
      ...groupsOf(able).map(({ name, text }) => `${paint('green', isDry ? '-' : '✓')} ${done}  ${name}: ${text}`),
      replaySum(replay),
    ],
    next: able[0] && !isDry ? suggestion('status', [idOf(able[0])], ['--wait']) : undefined,
    rows: [
      ...able.map((letter) => [idOf(letter), done, letter.forecast.kind]),
      ...refused.map((letter) => [idOf(letter), 'refused', letter.forecast.kind]),
    ],
    json: {
      items: [
        ...able.map((letter) => ({ ...toJson(letter), replayed: !isDry })),
        ...refused.map((letter) => ({ ...toJson(letter), replayed: false })),
      ],
      next: null,
      ...{ total, replayed: isDry ? 0 : able.length, refused: refused.length, left },
    },
  };
}

/** `3 put back, 1 refused, 2 left: ….` */
export function replaySum({ able, refused, left, isDry, isAll }: Replay): string {
  const sum = `${able.length} ${isDry ? 'would be put back' : 'put back'}, ${refused.length} refused, ${left} left`;
  return left > 0 && isAll ? `${sum}: ${isDry ? HIDDEN : BEHIND}.` : `${sum}.`;
}

const HIDDEN = 'of each task only the first can be seen before it is put back';
const BEHIND = 'behind a refused one of their task, of another reason, or beyond --limit';
