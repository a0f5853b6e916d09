import type { KnownChange } from '../../src/console/known.ts';

/** Deliveries that a doomed message really gets; those between them and the last that its queue grants are skipped. */
const DELIVERIES = 3;

/** How a message in the hands of a function is hurried along: its deliveries counted as all but so many, and it comes again at once. */
export type Hurry = (queueUrl: string, messageId: string, left: number) => Promise<void>;

interface Doomed {
  /** The key of its change's row, which does not answer. */
  key: string;
  queueUrl: string;
  deliveries: number;
}

/** Messages on their way to the dead letters: the ledger does not answer for their changes, whoever else it answers. */
export function createDoom(hurry: Hurry) {
  const doomed = new Map<string, Doomed>();
  return {
    size: () => doomed.size,
    /** Counts a delivery of a doomed message; false if it is none. */
    delivered(messageId: string): boolean {
      const found = doomed.get(messageId);
      if (found) found.deliveries += 1;
      return found !== undefined;
    },
    add: (messageId: string, { key }: Pick<KnownChange, 'key'>, queueUrl: string) =>
      void doomed.set(messageId, { key, queueUrl, deliveries: 1 }),
    /** True for a request to the ledger that is about the row of a doomed change. */
    isAbout: (body: string) => [...doomed.values()].some(({ key }) => body.includes(JSON.stringify(key))),
    /** Told of messages that a function has retried. */
    async returned(messageIds: string[]): Promise<void> {
      for (const id of messageIds) {
        const { queueUrl = '', deliveries = 0 } = doomed.get(id) ?? {};
        if (deliveries >= DELIVERIES - 1) await hurry(queueUrl, id, Math.max(0, DELIVERIES - deliveries));
      }
    },
    /** Told of what lies among the dead letters: it got there. */
    buried(messageIds: string[]): void {
      for (const id of messageIds) doomed.delete(id);
    },
    clear: () => doomed.clear(),
  };
}
