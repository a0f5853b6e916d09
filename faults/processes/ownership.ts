import { isDeepStrictEqual } from 'node:util';
import type { Entry } from '../../simulator/log.ts';
import type { Change } from '../change.ts';
import type { Values } from '../world/cloud-tasks.ts';
import type { Records } from './records.ts';

/**
 * Says whose a request in the provider's log is, which names no change: by its task, its body and its time.
 * Most bodies occur once in a run. Where several changes of a task have the same, the request is that of the oldest one
 * without a result, since a task's changes are carried one after the other; if all have one, it is that of the last.
 */
export function createOwnership({ accepted, acceptedAt, resultAt }: Records) {
  const byTask = Map.groupBy(accepted.values(), ({ change }) => change.task);
  const changes = (task: string) => (byTask.get(task) ?? []).map(({ change }) => change);
  const isOpen = ({ uid }: Change, at: number) => acceptedAt(uid) <= at && resultAt(uid) >= at;
  return {
    /** The change that a writing request belongs to; undefined if nothing that was sent accounts for it. */
    of({ at, body }: Entry, task: string): Change | undefined {
      const sent = JSON.parse(body || '{}') as Values;
      const alike = changes(task).filter((change) => change.kind === 'valid' && isDeepStrictEqual(change.body, sent));
      return alike.find((change) => isOpen(change, Date.parse(at))) ?? alike.at(-1);
    },
    /** The changes of a task that were sent and had no result yet. */
    open: (task: string, at: number) => changes(task).filter((change) => isOpen(change, at)),
  };
}
