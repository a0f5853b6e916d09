import type { KnownChange } from '../../src/console/known.ts';

/** How many times a doomed message is really delivered. Its other deliveries are skipped. */
const DELIVERIES = 3;

/** Skips the deliveries of a message in flight until only `left` are left, and makes it visible at once. */
export type Hurry = (queueUrl: string, messageId: string, left: number) => Promise<void>;

interface Doomed {
  /** The key of its change's row, for which the ledger does not answer. */
  key: string;
  queueUrl: string;
  deliveries: number;
}

/** Messages that are made to become dead letters: the ledger does not answer for their changes, but for all others. */
export function createDoom(hurry: Hurry) {
  const doomed = new Map<string, Doomed>();
  return {
    size: () => doomed.size,
    /** Counts a delivery of a doomed message. False if the message is not doomed. */
    delivered(messageId: string): boolean {
      const found = doomed.get(messageId);
      if (found) found.deliveries += 1;
      return found !== undefined;
    },
    add: (messageId: string, { key }: Pick<KnownChange, 'key'>, queueUrl: string) =>
      void doomed.set(messageId, { key, queueUrl, deliveries: 1 }),
    /** True for a request to the ledger that is about the row of a doomed change. */
    isAbout: (body: string) => [...doomed.values()].some(({ key }) => body.includes(JSON.stringify(key))),
    /** To be called with messages that a function has retried. */
    async returned(messageIds: string[]): Promise<void> {
      for (const id of messageIds) {
        const { queueUrl = '', deliveries = 0 } = doomed.get(id) ?? {};
        if (deliveries >= DELIVERIES - 1) await hurry(queueUrl, id, Math.max(0, DELIVERIES - deliveries));
      }
    },
    /** To be called with the present dead letters, which are then no longer tracked. */
    buried(messageIds: string[]): void {
      for (const id of messageIds) doomed.delete(id);
    },
    clear: () => doomed.clear(),
  };
}
