import { randomUUID } from 'node:crypto';

/** A message as the queue keeps it. */
export interface Held {
  id: string;
  body: string;
  group: string;
  deduplicationId: string;
  /** 20 digits, growing within a queue. */
  sequence: string;
  sentAt: number;
  receives: number;
  firstReceivedAt: number;
  /** Set while it is in flight. */
  receipt: string | undefined;
  /** In flight until then. */
  until: number;
}

/** How a queue is set up; times in milliseconds. */
export interface QueueSettings {
  visibility: number;
  /** After so many receives a message is handed to `bury` instead of being received again. */
  maxReceives: number;
  bury(message: Held): void;
  /** True where a deduplication id counts within its group only. */
  deduplicatesByGroup: boolean;
}

export interface FifoQueue {
  send(body: string, group: string, deduplicationId: string): { id: string; sequence: string };
  /** Takes in what another queue has buried. */
  inherit(message: Held): void;
  receive(most: number, visibility?: number): Held[];
  /** False if the receipt is not that of a message in flight. */
  remove(receipt: string): boolean;
  /** Milliseconds from now; 0 makes it visible at once. False if the receipt is not that of a message in flight. */
  changeVisibility(receipt: string, visibility: number): boolean;
  counts(): { visible: number; inFlight: number };
}

const DEDUPLICATION_WINDOW = 300_000;
const FIRST = 10n ** 19n;

/**
 * SQS FIFO as documented: a group in the order of its sending, up to ten messages of one group in a receive, a group
 * blocked while any of its messages is in flight, deduplication for five minutes.
 */
export function createFifoQueue(settings: QueueSettings, now: () => number): FifoQueue {
  const groups = new Map<string, Held[]>();
  const known = new Map<string, { id: string; sequence: string; at: number }>();
  let sent = 0n;

  const isInFlight = ({ receipt, until }: Held) => receipt !== undefined && until > now();
  const isBlocked = (group: Held[]) => group.some(isInFlight);
  const all = () => [...groups.values()].flat();
  const inFlight = (receipt: string) => all().find((held) => held.receipt === receipt && isInFlight(held));

  const append = (message: Omit<Held, 'sequence'>): Held => {
    sent += 1n;
    const held = { ...message, sequence: String(FIRST + sent) };
    groups.set(held.group, [...(groups.get(held.group) ?? []), held]);
    return held;
  };
  const drop = (message: Held) => {
    const rest = (groups.get(message.group) ?? []).filter((held) => held !== message);
    if (rest.length > 0) groups.set(message.group, rest);
    else groups.delete(message.group);
  };
  const bury = (message: Held) => {
    drop(message);
    settings.bury(message);
  };
  const handOut = (message: Held, visibility: number): Held => {
    message.receives += 1;
    message.firstReceivedAt ||= now();
    message.receipt = randomUUID();
    message.until = now() + visibility;
    return { ...message };
  };
  /** Up to `most` messages of one group; the group goes to the end of the line, so that none starves. */
  const takeFrom = (name: string, group: Held[], most: number, visibility: number): Held[] => {
    for (const message of group.filter(({ receives }) => receives >= settings.maxReceives)) bury(message);
    const left = groups.get(name);
    if (!left) return [];
    groups.delete(name);
    groups.set(name, left);
    return left.slice(0, most).map((message) => handOut(message, visibility));
  };

  return {
    send(body, group, deduplicationId) {
      const key = settings.deduplicatesByGroup ? `${group}\n${deduplicationId}` : deduplicationId;
      const before = known.get(key);
      if (before && now() - before.at < DEDUPLICATION_WINDOW) return { id: before.id, sequence: before.sequence };
      const { id, sequence } = append({ ...fresh(now()), body, group, deduplicationId });
      known.set(key, { id, sequence, at: now() });
      return { id, sequence };
    },
    inherit: ({ id, body, group, deduplicationId }) =>
      void append({ ...fresh(now()), id, body, group, deduplicationId }),
    receive(most, visibility = settings.visibility) {
      const taken: Held[] = [];
      for (const [name, group] of [...groups]) {
        if (taken.length >= most) break;
        if (!isBlocked(group)) taken.push(...takeFrom(name, group, most - taken.length, visibility));
      }
      return taken;
    },
    remove(receipt) {
      const held = inFlight(receipt);
      if (held) drop(held);
      return held !== undefined;
    },
    changeVisibility(receipt, visibility) {
      const held = inFlight(receipt);
      if (held) held.until = now() + visibility;
      return held !== undefined;
    },
    counts() {
      const held = all();
      const flying = held.filter(isInFlight).length;
      return { visible: held.length - flying, inFlight: flying };
    },
  };
}

const fresh = (sentAt: number) => ({
  id: randomUUID(),
  sentAt,
  receives: 0,
  firstReceivedAt: 0,
  receipt: undefined,
  until: 0,
});
