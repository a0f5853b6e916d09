import { createHash } from 'node:crypto';
import * as z from 'zod';
import { type AcceptedChange, type Change, ownGroup } from '../change.ts';
import type { Published } from '../world/bus.ts';
import type { PlannedMessage } from './traffic.ts';

const Result = z.object({
  data: z.object({
    change: z.object({ id: z.string().optional(), hash: z.string().optional() }),
    error: z.object({ code: z.string() }).optional(),
  }),
});

/** What producers and consumers know: what was sent when, and which results came. `scaled` converts the times of what is published. */
export function createRecords(planned: PlannedMessage[], scaled: (at: number) => number) {
  const accepted = new Map<string, AcceptedChange>();
  const published: Published[] = [];
  const result = new Map<string, number>();
  const sent = new Map<string, number>();
  const unexpected: string[] = [];
  const owners = ownersOf(planned);

  const at = (uid: string) => accepted.get(uid)?.arrival ?? Number.MAX_SAFE_INTEGER;

  return {
    accepted,
    published,
    /** Results that belong to nothing that was sent. */
    unexpected,
    accept(change: Change, isInOwnGroup = false): void {
      const known = accepted.get(change.uid);
      if (known) {
        if (isInOwnGroup) known.group = ownGroup(change.uid);
        return;
      }
      sent.set(change.uid, Date.now());
      // Whether the queue takes a repeat, or drops it as a duplicate, can't be seen here: none is owed an answer.
      accepted.set(change.uid, { change, at: scaled(Date.now()), arrival: accepted.size, messages: 1 });
    },
    publish(detail: string): void {
      const uid = ownerOf(detail, owners, at);
      if (uid === undefined || !accepted.has(uid))
        return void unexpected.push(`a result that nobody asked for: ${detail}`);
      if (!result.has(uid)) result.set(uid, Date.now());
      published.push({ at: scaled(Date.now()), uid, detail });
    },
    /** Changes without a result. */
    open: () => accepted.size - result.size,
    openUids: () => [...accepted.keys()].filter((uid) => !result.has(uid)),
    /** When a change's first result came, in milliseconds since 1970. */
    resultAt: (uid: string) => result.get(uid) ?? Number.POSITIVE_INFINITY,
    acceptedAt: (uid: string) => sent.get(uid) ?? Number.POSITIVE_INFINITY,
  };
}

export type Records = ReturnType<typeof createRecords>;

function ownerOf(detail: string, owners: Map<string, string[]>, at: (uid: string) => number): string | undefined {
  const { change, error } = Result.parse(JSON.parse(detail)).data;
  const errorNamed = owners.get(change.id ?? change.hash ?? '') ?? [];
  // Which of two changes under one id came second, the order of their sending says.
  const [earlier, later] = errorNamed.toSorted((one, other) => at(one) - at(other));
  return later !== undefined && error?.code === 'idempotency_conflict' ? later : earlier;
}

/** The changes by what their results call them: their id, or the hash of a text that can't be read. */
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
