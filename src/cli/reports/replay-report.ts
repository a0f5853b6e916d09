import type { DeadLetter } from '../../operator/dead-letters/dead-letters.ts';
import type { Replay } from '../../operator/dead-letters/replay.ts';
import { suggestion } from '../../operator/suggestion.ts';
import type { Report } from '../terminal/screen.ts';
import { isoTime } from '../terminal/table.ts';

/** A dead letter as JSON, without its body. */
export const toJson = ({ id, service, message, at, reason, change, forecast }: DeadLetter) => ({
  id: change.name.id === undefined ? null : id,
  message: message.MessageId,
  service,
  at: isoTime(at),
  reason,
  change: change.name,
  forecast: forecast.kind,
  replay_would: forecast.text,
  receives: Number(message.Attributes?.ApproximateReceiveCount ?? 0),
});

/** One line for all dead letters with the same task, reason and forecast. */
export const groupsOf = (deadLetters: DeadLetter[]): { name: string; text: string }[] =>
  [...Map.groupBy(deadLetters, kindOf).values()].map((same) => {
    const [{ forecast, reason, change } = {} as DeadLetter] = same;
    const task = change.name.subject?.id;
    const about = task === undefined ? 'that are not changes' : `of task ${task}`;
    const name = same.length === 1 && same[0] ? same[0].id : `${same.length} ${about}, ${reason}`;
    return { name, text: forecast.text };
  });

const kindOf = ({ change, reason, forecast }: DeadLetter) =>
  JSON.stringify([change.name.subject, reason, forecast.text]);

/** A replay in the three forms of output. */
export function replayReport(replay: Replay, isDry: boolean, isAll: boolean): Report {
  const { able, refused, left, total } = replay;
  const [done, will] = isDry ? ['would be put back', 'the relay would'] : ['put back', 'the relay will'];
  return {
    text: (paint) => [
      ...groupsOf(able).map(
        ({ name, text }) => `${paint('green', isDry ? '-' : '✓')} ${done}  ${name}; ${will} ${text}`,
      ),
      replaySum(replay, isDry, isAll),
    ],
    next: able[0] && !isDry ? suggestion('status', [able[0].id], ['--wait']) : undefined,
    rows: [
      ...able.map(({ id, forecast }) => [id, done, forecast.kind]),
      ...refused.map(({ id, forecast }) => [id, 'refused', forecast.kind]),
    ],
    json: {
      items: [
        ...able.map((deadLetter) => ({ ...toJson(deadLetter), replayed: !isDry })),
        ...refused.map((deadLetter) => ({ ...toJson(deadLetter), replayed: false })),
      ],
      next: null,
      total,
      replayed: isDry ? 0 : able.length,
      refused: refused.length,
      left,
    },
  };
}

/** `3 put back, 1 refused, 2 left: ….` */
export function replaySum({ able, refused, left }: Replay, isDry: boolean, isAll: boolean): string {
  const sum = `${able.length} ${isDry ? 'would be put back' : 'put back'}, ${refused.length} refused, ${left} left`;
  return left > 0 && isAll ? `${sum}: ${isDry ? HIDDEN : BEHIND}.` : `${sum}.`;
}

const HIDDEN = 'only the first of each task is visible until it is put back';
const BEHIND = 'behind a refused one of the same task, with another reason, or over --limit';
