import type { JsonObject } from '../json/exact-json.ts';
import type { BaselineTest, Verdict } from './operation.ts';

/** Both spellings of the incremental state are in use. */
const INCREMENTAL = new Set<unknown>(['INCRMIGRATING', 'INCRMIGEATING']);

/** What a read shows of an exchange of addresses: how far it is, and whether the task still copies. */
export const snapshot = ({ task_status, status }: JsonObject): JsonObject =>
  typeof status === 'string'
    ? { exchange: typeof task_status === 'string' ? task_status : '', incremental: INCREMENTAL.has(status) }
    : {};

/** True if a task showed one of these words before the request. */
const wasOneOf = (words: readonly string[], isBaseline: BaselineTest) =>
  words.some((exchange) => [true, false].some((incremental) => isBaseline({ exchange, incremental })));

/**
 * Compares with what an exchange leads to. `shows` are the words that follow it; they prove nothing if the task showed one of
 * them before. `isUntouched` recognises a task for which it has not begun.
 */
export function verdict(
  snapshot: JsonObject,
  isBaseline: BaselineTest | undefined,
  shows: readonly string[],
  isUntouched: (snapshot: JsonObject) => boolean,
): Verdict {
  if (!isBaseline) return 'cannot-tell';
  if (shows.includes(String(snapshot.exchange))) return wasOneOf(shows, isBaseline) ? 'cannot-tell' : 'applied';
  return isUntouched(snapshot) && isBaseline(snapshot) ? 'not-applied' : 'cannot-tell';
}
