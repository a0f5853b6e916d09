import { parseJson } from '../../lib/json/exact-json.ts';
import { type DeadLetter, withDeadLetters } from '../../operator/dead-letters/dead-letters.ts';
import { isAbout, mayReplay, requireDeadLetter } from '../../operator/dead-letters/replay.ts';
import { maskText } from '../../operator/masking.ts';
import { pluralize } from '../../operator/story/wording.ts';
import { suggestion } from '../../operator/suggestion.ts';
import { readCount } from '../input/option-values.ts';
import { toJson } from '../reports/replay-report.ts';
import type { Run } from '../session.ts';
import { EXIT } from '../terminal/exit-codes.ts';
import { clockTime, columns, isoTime } from '../terminal/table.ts';

interface ListOptions {
  limit: string;
  reason?: string;
}

/** Lists dead letters, with the reason of each and what a replay would do. Removes nothing. */
export const list: Run<ListOptions> = async (session, _args, options) =>
  withDeadLetters(await session.stage(), readCount('limit', options.limit), session.io, async ({ found, total }) => {
    const wanted = found.filter(isAbout(options.reason));
    const left = Math.max(0, total - found.length);
    if (left > 0 && !session.io.out.isTTY) session.screen.say(behind(left));
    session.screen.print({
      text: () => listLines(wanted, left > 0 ? ` ${behind(left)}` : ''),
      next: nextOf(wanted),
      rows: wanted.map(({ at, id, reason, forecast }) => [isoTime(at), id, reason, forecast.kind]),
      json: { items: wanted.map(toJson), next: null, total, left },
    });
    return EXIT.done;
  });

function listLines(deadLetters: DeadLetter[], hidden: string): string[] {
  if (deadLetters.length === 0) return [`No dead letters.${hidden}`];
  const table = columns(
    deadLetters.map(({ at, id, reason, forecast }) => [clockTime(at), id, reason, forecast.text]),
    ['WHEN', 'CHANGE', 'REASON', 'REPLAY WOULD'],
  );
  return [...table, `${pluralize(deadLetters.length, 'dead letter')}, none removed.${hidden}`];
}

function nextOf(deadLetters: DeadLetter[]): string | undefined {
  const able = deadLetters.find(({ forecast }) => mayReplay(forecast));
  return able && suggestion('dlq replay', [able.id]);
}

/** A FIFO queue gives only the first of each group while that one is looked at. SQS's count is not exact. */
const behind = (count: number) =>
  `SQS counts ${count} more: behind the first of their task, beyond --limit, or looked at by somebody else.`;

/** Shows one whole dead letter, with its secrets masked. */
export const show: Run = async (session, [id = '']) =>
  withDeadLetters(await session.stage(), Number.MAX_SAFE_INTEGER, session.io, async ({ found }) => {
    const deadLetter = requireDeadLetter(found, id);
    const { id: name, service, message, reason, forecast, change } = deadLetter;
    const body = maskText(message.Body ?? '');
    const problems = 'problems' in change ? change.problems : [];
    session.screen.print({
      text: (paint) => [
        paint('bold', `${name} · ${service.toUpperCase()} · message ${message.MessageId}`),
        `  reason        ${reason}`,
        `  replay would  ${forecast.text}`,
        ...problems.map(({ path, message }) => `  problem       ${path}: ${message}`),
        ...body.split('\n').map((line) => `  ${line}`),
        'None removed.',
      ],
      rows: [[name, reason, forecast.kind, body]],
      json: { ...toJson(deadLetter), problems, body: body.startsWith('{') ? parseJson(body) : body },
    });
    return EXIT.done;
  });
