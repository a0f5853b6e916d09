import type { Clock } from '../clock.ts';
import { OperatorError } from '../fault.ts';
import { operatorOf } from '../stage/operator.ts';
import type { Stage } from '../stage/stage.ts';
import { type DeadLetter, type DeadLetters, withDeadLetters } from './dead-letters.ts';
import type { Forecast } from './forecast.ts';
import { putBack } from './put-back.ts';

/** Which dead letters are to be put back. */
export interface Wish {
  /** By the ids of changes or messages; none for all that can be helped. */
  ids: string[];
  /** Only those whose reason has this text. */
  reason?: string | undefined;
  /** At most so many are put back. */
  limit?: number;
  /** Also those whose task has moved on since. */
  outOfOrder?: boolean | undefined;
  isDry?: boolean | undefined;
}

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
}

/** Who is told what each letter will come to, and may say no by throwing, before the first is put back. */
export interface Witness {
  foresee(able: DeadLetter[], unable: DeadLetter[]): void;
  confirm(count: number, total: number): Promise<void>;
}

/** What a replay can only do good to. */
const HELPED: ReadonlySet<Forecast['kind']> = new Set<Forecast['kind']>(['call', 'publish-again', 'read-first']);

/**
 * Whether a dead letter may be put back. What a replay would only spoil stays where it is; what might come after newer
 * changes of its task goes only when a person has looked and asks for that.
 */
export function mayReplay({ kind }: Forecast, outOfOrder = false): boolean {
  return HELPED.has(kind) || (outOfOrder && mayOnlyOutOfOrder({ kind }));
}

/** True for one that goes when its order is given up, and not otherwise. */
export const mayOnlyOutOfOrder = ({ kind }: Pick<Forecast, 'kind'>) => kind === 'out-of-order';

/** Those whose reason has a text, whatever its case. */
export const isAbout =
  (text = '') =>
  ({ reason }: DeadLetter) =>
    reason.toLowerCase().includes(text.toLowerCase());

/** The one that is asked for, by the id of its change or message; a fault if it isn't there. */
export function demandLetter(letters: DeadLetter[], id: string): DeadLetter {
  const found = letters.find((letter) => letter.id === id || letter.message.MessageId === id);
  if (found) return found;
  const why = 'a FIFO queue shows only the first of each task';
  throw new OperatorError('not_found', 'broken', [
    { message: 'no such dead letter', got: `"${id}"`, why, fix: 'relay dlq list' },
  ]);
}

/** Puts dead letters back into their queue, each with a word of who did it, and leaves those that it could only harm. */
export function replay(stage: Stage, wish: Wish, clock: Clock, witness: Witness): Promise<Replay> {
  const { ids, limit = Number.MAX_SAFE_INTEGER, isDry = false } = wish;
  return withDeadLetters(stage, limit, clock, async (found) => {
    const began = clock.now();
    const [able, refused]: [DeadLetter[], DeadLetter[]] = [[], []];
    const put = createPutter(stage, found, clock.signal, witness);
    // A queue shows the first of a task alone, until that one is put back. Those that are named were all looked for at first.
    const isOver = () => isDry || ids.length > 0 || able.length >= limit;
    for (let letters = found.letters; letters.length > 0; letters = isOver() ? [] : await found.more()) {
      // What died again since it was put back, or arrived meanwhile, is for another time.
      const wanted = pick(letters, wish).filter(({ at }) => at < began);
      const helped = wanted.filter(({ forecast }) => mayReplay(forecast, wish.outOfOrder));
      const unable = wanted.filter((letter) => !helped.includes(letter));
      const now = helped.slice(0, limit - able.length);
      witness.foresee(now, unable);
      if (!isDry) await put(now);
      able.push(...now);
      refused.push(...unable);
    }
    const left = Math.max(0, found.total - able.length - refused.length);
    return { able, refused, left, total: found.total };
  });
}

function pick(letters: DeadLetter[], { ids, reason }: Wish): DeadLetter[] {
  const named = ids.length === 0 ? letters : ids.map((id) => demandLetter(letters, id));
  return named.filter(isAbout(reason));
}

/** Puts letters back one after the other, so that those of one task keep their order; asks before the first. */
function createPutter(stage: Stage, { total, removed }: DeadLetters, signal: AbortSignal, { confirm }: Witness) {
  let operator: string | undefined;
  return async (letters: DeadLetter[]): Promise<void> => {
    if (letters.length === 0) return;
    if (operator === undefined) {
      await confirm(letters.length, total);
      operator = await operatorOf(stage);
    }
    for (const letter of letters) {
      signal.throwIfAborted();
      await putBack(stage, letter, operator, () => removed(letter));
    }
  };
}
