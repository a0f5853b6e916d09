import type { JsonObject } from '../json/exact-json.ts';
import { ReadReply } from './fields.ts';
import type { BaselineTest, ReadBack, Verdict } from './operation.ts';
import { path } from './paths.ts';

/** Both spellings of the incremental state are in use. */
const INCREMENTAL = new Set<unknown>(['INCRMIGRATING', 'INCRMIGEATING']);

/** The ids of a migration task, as the path names them. */
interface TaskIds {
  project_id: string;
  task_id: string;
}

/**
 * Reads how far an exchange of addresses is. `shows` are the words that follow the request; `rests` are those of a task for
 * which it may begin, the empty one where no exchange was ever asked for. `isUntouched` recognises that it has not begun.
 */
export const readAddresses = <Data extends TaskIds>(
  shows: readonly string[],
  rests: readonly string[],
  isUntouched: (snapshot: JsonObject) => boolean,
) =>
  ({
    path: ({ project_id, task_id }) => path`/v2/${project_id}/migration-task/${task_id}`,
    reply: ReadReply,
    version: 2,
    snapshot,
    verdict: (shown, _data, isBaseline) => verdict(shown, isBaseline, { shows, rests, isUntouched }),
  }) satisfies Omit<ReadBack<Data>, 'unverifiable'>;

/** What a read shows of an exchange of addresses: how far it is, and whether the task still copies. */
const snapshot = ({ task_status, status }: JsonObject): JsonObject =>
  typeof status === 'string' || typeof task_status === 'string'
    ? { exchange: typeof task_status === 'string' ? task_status : '', incremental: INCREMENTAL.has(status) }
    : {};

/** True if a task showed one of these words before the request. */
const wasOneOf = (words: readonly string[], isBaseline: BaselineTest) =>
  words.some((exchange) => [true, false].some((incremental) => isBaseline({ exchange, incremental })));

interface Words {
  shows: readonly string[];
  rests: readonly string[];
  isUntouched: (snapshot: JsonObject) => boolean;
}

/**
 * Only a task that was known to rest before the request proves anything by what it shows later. Before any other word, an
 * earlier exchange or rollback may have been under way, and what follows may be its own end.
 */
function verdict(
  snapshot: JsonObject,
  isBaseline: BaselineTest | undefined,
  { shows, rests, isUntouched }: Words,
): Verdict {
  if (!isBaseline) return 'cannot-tell';
  if (shows.includes(String(snapshot.exchange))) return wasOneOf(rests, isBaseline) ? 'applied' : 'cannot-tell';
  return isUntouched(snapshot) && isBaseline(snapshot) ? 'not-applied' : 'cannot-tell';
}
