import type { ChangeName } from '../lib/change/change-name.ts';
import { isOfHeartbeat } from '../lib/change/heartbeat.ts';
import { identityOf, type KnownChange } from './known.ts';

/** The most changes that are kept. The oldest is removed first. */
export const MAX_KEPT = 500;

/** The newest changes by key. `forget` is called for each that is removed, `isSample` tells whether a key is that of a sample. */
export function createKnownChanges(
  forget: (known: KnownChange) => void,
  clock: () => number,
  isSample: (key: string) => boolean,
) {
  const changes = new Map<string, KnownChange>();
  let version = 0;

  const drop = (oldest: KnownChange | undefined) => {
    if (!oldest) return;
    changes.delete(oldest.key);
    forget(oldest);
  };
  const add = (key: string, change: ChangeName): KnownChange => {
    const lists = { lines: [], notes: [], operatorEvents: [] };
    const counts = { sent: 0, published: 0, version: 0 };
    const known: KnownChange = { key, change, at: clock(), ...lists, ...counts, proof: isSample(key) };
    changes.set(key, known);
    if (changes.size > MAX_KEPT) drop(changes.values().next().value);
    return known;
  };
  /** The change with a key, which is added if it is not kept yet. */
  const find = ({ key, change }: { key: string; change: ChangeName }): KnownChange => {
    const known = changes.get(key) ?? add(key, change);
    known.change = { ...known.change, ...change };
    return known;
  };
  return {
    find,
    /** The change of a name and a result. A second result under the same id belongs to other content, which gets a row of its own. */
    findBy(change: ChangeName, resultId: string | undefined): KnownChange {
      const named = identityOf(change);
      const first = find(named);
      if (resultId === undefined || (first.result?.id ?? resultId) === resultId) return first;
      const other = find({ ...named, key: `${named.key}!${resultId}` });
      other.proof = first.proof;
      return other;
    },
    /** Gives a change that was modified the next version. */
    touch(known: KnownChange): KnownChange {
      version += 1;
      known.version = version;
      return known;
    },
    get: (key: string) => changes.get(key),
    /** All that the console shows: heartbeats are left out. */
    all: () => [...changes.values()].filter(({ change }) => !isOfHeartbeat(change)),
    version: () => version,
  };
}
