import { isDeepStrictEqual } from 'node:util';
import type { Entry } from '../../simulator/log.ts';
import type { Change } from '../change.ts';
import { withoutMark } from './creations.ts';
import type { Records } from './records.ts';
import { bodyOf, callOf } from './subjects.ts';

/**
 * Finds the change of a request in the provider's log, which names no change, by subject, call, body and time. Most bodies
 * occur only once in a run. If several changes of a subject have the same call and body, the request belongs to the oldest one
 * without a result, because a subject's changes are handled one after the other. If all have a result, it belongs to the last.
 */
export function createOwnership({ accepted, acceptedAt, resultAt }: Records) {
  const byTask = Map.groupBy(accepted.values(), ({ change }) => change.task);
  const changes = (task: string) => (byTask.get(task) ?? []).map(({ change }) => change);
  const isOpen = ({ uid }: Change, at: number) => acceptedAt(uid) <= at && resultAt(uid) >= at;
  return {
    /** The change of a request that writes; undefined if it belongs to none. */
    of(entry: Entry, task: string): Change | undefined {
      const [sent, call] = [withoutMark(bodyOf(entry)), callOf(entry)];
      const alike = changes(task).filter(
        (change) => change.kind === 'valid' && change.call === call && isDeepStrictEqual(change.body, sent),
      );
      return alike.find((change) => isOpen(change, Date.parse(entry.at))) ?? alike.at(-1);
    },
    /** The changes of a task that had been sent at a time and had no result yet. */
    open: (task: string, at: number) => changes(task).filter((change) => isOpen(change, at)),
  };
}
