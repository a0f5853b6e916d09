import type { Clock } from '../clock.ts';
import { OperatorError } from '../fault.ts';
import { operatorOf } from '../stage/operator.ts';
import type { Stage } from '../stage/stage.ts';
import { type DeadLetter, type DeadLetters, withDeadLetters } from './dead-letters.ts';
import type { Forecast } from './forecast.ts';
import { putBack } from './put-back.ts';

/** Which dead letters are to be put back. */
interface ReplayRequest {
  /** The ids of changes or messages. An empty list means all that can be replayed. */
  ids: string[];
  /** Only dead letters whose reason contains this text. */
  reason?: string | undefined;
  /** The most that are put back. */
  limit?: number;
  /** Whether to include those for whose task other changes were sent since. */
  outOfOrder?: boolean | undefined;
  isDry?: boolean | undefined;
}

/** The result of a replay. */
export interface Replay {
  /** Those that were or will be put back. */
  able: DeadLetter[];
  /** Those that were seen and stay in the dead-letter queue. */
  refused: DeadLetter[];
  /** The number that was not seen or not asked for. */
  left: number;
  /** How many there were at the start. */
  total: number;
}

/** Gets the forecast of each dead letter before the first is put back. It may refuse by throwing. */
export interface ReplayObserver {
  onForecast(able: DeadLetter[], unable: DeadLetter[]): void;
  confirm(count: number, total: number): Promise<void>;
}

/** Forecasts with which a replay can do no harm. */
const HARMLESS: ReadonlySet<Forecast['kind']> = new Set<Forecast['kind']>(['call', 'publish-again', 'read-first']);

/**
 * Whether a dead letter may be put back. One that a replay would only harm stays where it is. One that might follow newer
 * changes of its task is put back only if the operator asks for that.
 */
export function mayReplay({ kind }: Forecast, outOfOrder = false): boolean {
  return HARMLESS.has(kind) || (outOfOrder && mayOnlyOutOfOrder({ kind }));
}

/** True for a dead letter that may be put back only out of order. */
export const mayOnlyOutOfOrder = ({ kind }: Pick<Forecast, 'kind'>) => kind === 'out-of-order';

/** Tells whether a dead letter's reason contains a text, in any case. */
export const isAbout =
  (text = '') =>
  ({ reason }: DeadLetter) =>
    reason.toLowerCase().includes(text.toLowerCase());

/** The dead letter with this id, of its change or message. Throws an OperatorError if it is not there. */
export function requireDeadLetter(deadLetters: DeadLetter[], id: string): DeadLetter {
  const found = deadLetters.find((one) => one.id === id || one.message.MessageId === id);
  if (found) return found;
  const why = 'a FIFO queue shows only the first message of each task';
  throw new OperatorError('not_found', 'broken', [
    { message: 'no such dead letter', got: `"${id}"`, why, fix: 'relay dlq list' },
  ]);
}

/**
 * Puts dead letters back into their queues and publishes who did it. Those for which a replay would do harm stay where they
 * are.
 */
export function replay(stage: Stage, request: ReplayRequest, clock: Clock, observer: ReplayObserver): Promise<Replay> {
  const { ids, limit = Number.MAX_SAFE_INTEGER, isDry = false } = request;
  return withDeadLetters(stage, limit, clock, async (dead) => {
    const began = clock.now();
    const [able, refused]: [DeadLetter[], DeadLetter[]] = [[], []];
    const put = createPutter(stage, dead, clock.signal, observer);
    // A queue shows only the first of a task until that is put back. Those that were named have all been looked for already.
    const isOver = () => isDry || ids.length > 0 || able.length >= limit;
    for (let found = dead.found; found.length > 0; found = isOver() ? [] : await dead.more()) {
      // Dead letters that arrived after the start, or came back, are left for another replay.
      const wanted = pick(found, request).filter(({ at }) => at < began);
      const harmless = wanted.filter(({ forecast }) => mayReplay(forecast, request.outOfOrder));
      const unable = wanted.filter((one) => !harmless.includes(one));
      const now = harmless.slice(0, limit - able.length);
      observer.onForecast(now, unable);
      if (!isDry) await put(now);
      able.push(...now);
      refused.push(...unable);
    }
    const left = Math.max(0, dead.total - able.length - refused.length);
    return { able, refused, left, total: dead.total };
  });
}

function pick(deadLetters: DeadLetter[], { ids, reason }: ReplayRequest): DeadLetter[] {
  const named = ids.length === 0 ? deadLetters : ids.map((id) => requireDeadLetter(deadLetters, id));
  return named.filter(isAbout(reason));
}

/** Puts dead letters back one after the other, so that those of a task keep their order. Asks for confirmation before the first. */
function createPutter(stage: Stage, { total, removed }: DeadLetters, signal: AbortSignal, { confirm }: ReplayObserver) {
  let operator: string | undefined;
  return async (deadLetters: DeadLetter[]): Promise<void> => {
    if (deadLetters.length === 0) return;
    if (operator === undefined) {
      await confirm(deadLetters.length, total);
      operator = await operatorOf(stage);
    }
    for (const deadLetter of deadLetters) {
      signal.throwIfAborted();
      await putBack(stage, deadLetter, operator, () => removed(deadLetter));
    }
  };
}
