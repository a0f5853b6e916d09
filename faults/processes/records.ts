import { createHash } from 'node:crypto';
import { readResult } from '../../src/lib/relay/result.ts';
import { type AcceptedChange, type Change, ownGroup } from '../change.ts';
import type { Published } from '../world/bus.ts';
import type { PlannedMessage } from './traffic.ts';

/** Keeps what producers and consumers know: what was sent when, and which results came. `scaled` converts times for the checker. */
export function createRecords(planned: PlannedMessage[], scaled: (at: number) => number) {
  const accepted = new Map<string, AcceptedChange>();
  const published: Published[] = [];
  const resultTimes = new Map<string, number>();
  const sendTimes = new Map<string, number>();
  const unexpected: string[] = [];
  const owners = ownersOf(planned);

  const at = (uid: string) => accepted.get(uid)?.arrival ?? Number.MAX_SAFE_INTEGER;

  return {
    accepted,
    published,
    /** Sentences about results that belong to no change. */
    unexpected,
    accept(change: Change, hasOwnGroup = false): void {
      const known = accepted.get(change.uid);
      if (known) {
        if (hasOwnGroup) known.group = ownGroup(change.uid);
        return;
      }
      sendTimes.set(change.uid, Date.now());
      // Nobody sees here whether the queue takes a repeat or drops it as a duplicate, so no repeat must be answered.
      accepted.set(change.uid, { change, at: scaled(Date.now()), arrival: accepted.size, messages: 1 });
    },
    publish(detail: string): void {
      const uid = ownerOf(detail, owners, at);
      if (uid === undefined || !accepted.has(uid))
        return void unexpected.push(`a result that nobody asked for: ${detail}`);
      if (!resultTimes.has(uid)) resultTimes.set(uid, Date.now());
      published.push({ at: scaled(Date.now()), uid, detail });
    },
    /** Changes without a result. */
    open: () => accepted.size - resultTimes.size,
    openUids: () => [...accepted.keys()].filter((uid) => !resultTimes.has(uid)),
    /** When a change's first result came, in milliseconds since 1970. */
    resultAt: (uid: string) => resultTimes.get(uid) ?? Number.POSITIVE_INFINITY,
    acceptedAt: (uid: string) => sendTimes.get(uid) ?? Number.POSITIVE_INFINITY,
  };
}

export type Records = ReturnType<typeof createRecords>;

function ownerOf(detail: string, owners: Map<string, string[]>, at: (uid: string) => number): string | undefined {
  const { data } = readResult(detail);
  const { change } = data;
  const candidates = owners.get(change.id ?? change.hash ?? '') ?? [];
  // Of two changes with one id, the one that was sent later is the one in conflict.
  const [earlier, later] = candidates.toSorted((one, other) => at(one) - at(other));
  const isConflict = data.outcome === 'rejected' && data.error.code === 'idempotency_conflict';
  return isConflict ? (later ?? earlier) : earlier;
}

/** The uids of changes by the name that their results have: the id, or the hash of a text that can't be read. */
function ownersOf(planned: PlannedMessage[]): Map<string, string[]> {
  const owners = new Map<string, string[]>();
  const own = (name: string, uid: string) => {
    const known = owners.get(name) ?? [];
    if (!known.includes(uid)) owners.set(name, [...known, uid]);
  };
  for (const { change, text } of planned) {
    own(change.id, change.uid);
    if (change.kind === 'invalid') own(createHash('sha256').update(text).digest('hex'), change.uid);
  }
  return owners;
}
