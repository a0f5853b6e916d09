import type { AcceptedChange } from './change.ts';
import type { Published } from './world/bus.ts';
import type { LogEntry } from './world/cloud.ts';

/** All that the checker may look at: the provider's log, the published results, what is left in the queues, and texts. */
export interface Evidence {
  accepted: ReadonlyMap<string, AcceptedChange>;
  log: readonly LogEntry[];
  published: readonly Published[];
  /** Changes whose messages are still in the queue, and in the dead-letter queue. */
  waiting: string[];
  dead: string[];
  /** Messages that became dead letters because their receives were used up, and not by a simulated fault. */
  overReceived: string[];
  /** The number of requests that were still open when their invocation ended. */
  dangling: number;
  /** Texts in which no secret may be: results, ledger rows, log lines. */
  texts: Record<string, string[]>;
  /** The texts of dead letters. They have what a producer wrote, but must not have a secret that the relay looked up. */
  deadTexts?: string[];
}
