import type { KnownChange } from '../../src/console/known.ts';

/** How many times such a message is really delivered. Its other deliveries are skipped. */
const DELIVERIES = 3;

/** Skips the deliveries of a message in flight until only `left` are left, and makes it visible at once. */
export type SkipDeliveries = (queueUrl: string, messageId: string, left: number) => Promise<void>;

interface ForcedDeadLetter {
  /** The key of its change's row, for which the ledger does not answer. */
  key: string;
  queueUrl: string;
  deliveries: number;
}

/** Messages that are made to become dead letters. The ledger does not answer for their changes, but for all others. */
export function createForcedDeadLetters(skipDeliveries: SkipDeliveries) {
  const forced = new Map<string, ForcedDeadLetter>();
  return {
    size: () => forced.size,
    /** Counts a delivery of such a message. False for any other message. */
    delivered(messageId: string): boolean {
      const found = forced.get(messageId);
      if (found) found.deliveries += 1;
      return found !== undefined;
    },
    add: (messageId: string, { key }: Pick<KnownChange, 'key'>, queueUrl: string) =>
      void forced.set(messageId, { key, queueUrl, deliveries: 1 }),
    /** True for a request to the ledger about the row of such a message's change. */
    isAbout: (body: string) => [...forced.values()].some(({ key }) => body.includes(JSON.stringify(key))),
    /** To be called with the messages that come back from a function. */
    async returned(messageIds: string[]): Promise<void> {
      for (const id of messageIds) {
        const { queueUrl = '', deliveries = 0 } = forced.get(id) ?? {};
        if (deliveries >= DELIVERIES - 1) await skipDeliveries(queueUrl, id, Math.max(0, DELIVERIES - deliveries));
      }
    },
    /** To be called with the present dead letters, which are then no longer tracked. */
    forget(messageIds: string[]): void {
      for (const id of messageIds) forced.delete(id);
    },
    clear: () => forced.clear(),
  };
}
