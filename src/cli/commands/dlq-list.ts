import { parse } from '../../lib/change/body.ts';
import { isObject, parseJson, writeJson } from '../../lib/json/exact-json.ts';
import { type DeadLetter, withDeadLetters } from '../../operator/dead-letters/dead-letters.ts';
import { isAbout, mayReplay, requireLetter } from '../../operator/dead-letters/replay.ts';
import { masked } from '../../operator/masking.ts';
import { counted } from '../../operator/story/wording.ts';
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

/** Lists dead letters with their reasons and what a replay of each would do. Removes nothing. */
export const list: Run<ListOptions> = async (session, _args, options) =>
  withDeadLetters(await session.stage(), readCount('limit', options.limit), session.io, async ({ letters, total }) => {
    const wanted = letters.filter(isAbout(options.reason));
    const left = Math.max(0, total - letters.length);
    if (left > 0 && !session.io.out.isTTY) session.screen.say(behind(left));
    session.screen.print({
      text: () => listLines(wanted, left > 0 ? ` ${behind(left)}` : ''),
      next: nextOf(wanted),
      rows: wanted.map((letter) => [isoTime(letter.at), letter.id, letter.reason, letter.forecast.kind]),
      json: { items: wanted.map(toJson), next: null, total, left },
    });
    return EXIT.done;
  });

function listLines(letters: DeadLetter[], hidden: string): string[] {
  if (letters.length === 0) return [`No dead letters.${hidden}`];
  const table = columns(letters.map(cellsOf), ['WHEN', 'CHANGE', 'REASON', 'REPLAY WOULD']);
  return [...table, `${counted(letters.length, 'dead letter')}, none removed.${hidden}`];
}

function nextOf(letters: DeadLetter[]): string | undefined {
  const able = letters.find(({ forecast }) => mayReplay(forecast));
  return able && suggestion('dlq replay', [able.id]);
}

const cellsOf = (letter: DeadLetter) => [clockTime(letter.at), letter.id, letter.reason, letter.forecast.text];

/** A FIFO queue gives only the first of each group while that one is looked at. */
const behind = (count: number) =>
  `${count} more ${count === 1 ? 'waits' : 'wait'} behind the first of their task, or beyond --limit.`;

/** Shows one dead letter whole, its secrets masked. */
export const show: Run = async (session, [id = '']) =>
  withDeadLetters(await session.stage(), Number.MAX_SAFE_INTEGER, session.io, async ({ letters }) => {
    const letter = requireLetter(letters, id);
    const body = bodyOf(letter);
    const problems = 'problems' in letter.judged ? letter.judged.problems : [];
    session.screen.print({
      text: (paint) => [
        paint('bold', `${letter.id} · ${letter.service.toUpperCase()} · message ${letter.message.MessageId}`),
        `  reason        ${letter.reason}`,
        `  replay would  ${letter.forecast.text}`,
        ...problems.map(({ path, message }) => `  problem       ${path}: ${message}`),
        ...body.split('\n').map((line) => `  ${line}`),
        'None removed.',
      ],
      rows: [[letter.id, letter.reason, letter.forecast.kind, body]],
      json: { ...toJson(letter), problems, body: body.startsWith('{') ? parseJson(body) : body },
    });
    return EXIT.done;
  });

/** The body with its secrets masked; of what is no JSON only its size is told, as nobody knows what stands there. */
function bodyOf({ message: { Body = '' } }: DeadLetter): string {
  const parsed = parse(Body);
  if ('problem' in parsed || !isObject(parsed.value))
    return `(${Buffer.byteLength(Body)} bytes that are no JSON object)`;
  return writeJson(masked(parsed.value) ?? null, 2);
}
