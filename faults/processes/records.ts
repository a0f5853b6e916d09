import { createHash } from 'node:crypto';
import * as z from 'zod';
import { type Asked, alone, type ValidChange } from '../asked.ts';
import type { Published } from '../world/bus.ts';
import type { Sending } from './traffic.ts';

const Result = z.object({
  data: z.object({
    change: z.object({ id: z.string().optional(), hash: z.string().optional() }),
    error: z.object({ code: z.string() }).optional(),
  }),
});

/** What producers and consumers know: what was sent when, and which results came. `scaled` converts the times of what is published. */
export function createRecords(sendings: Sending[], scaled: (at: number) => number) {
  const accepted = new Map<string, ValidChange>();
  const published: Published[] = [];
  const told = new Map<string, number>();
  const sent = new Map<string, number>();
  const strangers: string[] = [];
  const owners = ownersOf(sendings);

  const at = (uid: string) => accepted.get(uid)?.arrival ?? Number.MAX_SAFE_INTEGER;

  return {
    accepted,
    published,
    /** Results that belong to nothing that was sent. */
    strangers,
    accept(asked: Asked, aside = false): void {
      const known = accepted.get(asked.uid);
      if (known) {
        if (aside) known.group = alone(asked.uid);
        return;
      }
      sent.set(asked.uid, Date.now());
      // Whether the queue takes a repeat, or drops it as a duplicate, can't be seen here: none is owed an answer.
      accepted.set(asked.uid, { asked, at: scaled(Date.now()), arrival: accepted.size, messages: 1 });
    },
    publish(detail: string): void {
      const uid = ownerOf(detail, owners, at);
      if (uid === undefined || !accepted.has(uid))
        return void strangers.push(`a result that nobody asked for: ${detail}`);
      if (!told.has(uid)) told.set(uid, Date.now());
      published.push({ at: scaled(Date.now()), uid, detail });
    },
    /** Changes without a result. */
    open: () => accepted.size - told.size,
    openUids: () => [...accepted.keys()].filter((uid) => !told.has(uid)),
    /** When a change's first result came, in milliseconds since 1970. */
    toldAt: (uid: string) => told.get(uid) ?? Number.POSITIVE_INFINITY,
    acceptedAt: (uid: string) => sent.get(uid) ?? Number.POSITIVE_INFINITY,
  };
}

export type Records = ReturnType<typeof createRecords>;

function ownerOf(detail: string, owners: Map<string, string[]>, at: (uid: string) => number): string | undefined {
  const { change, error } = Result.parse(JSON.parse(detail)).data;
  const named = owners.get(change.id ?? change.hash ?? '') ?? [];
  // Which of two changes under one id came second, the order of their sending says.
  const [earlier, later] = named.toSorted((one, other) => at(one) - at(other));
  return later !== undefined && error?.code === 'idempotency_conflict' ? later : earlier;
}

/** The changes by what their results call them: their id, or the hash of a text that can't be read. */
function ownersOf(sendings: Sending[]): Map<string, string[]> {
  const owners = new Map<string, string[]>();
  const own = (name: string, uid: string) => {
    const known = owners.get(name) ?? [];
    if (!known.includes(uid)) owners.set(name, [...known, uid]);
  };
  for (const { asked, text } of sendings) {
    own(asked.id, asked.uid);
    if (asked.kind === 'invalid') own(createHash('sha256').update(text).digest('hex'), asked.uid);
  }
  return owners;
}
