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
  /** Changes that the queue itself gave up after the most receives, without the faults having asked for it. */
  overReceived: string[];
  /** Requests that an invocation left behind unfinished when it ended. */
  dangling: number;
  /** Where no secret may stand: results, ledger rows, log lines. */
  texts: Record<string, string[]>;
  /** Dead letters: they hold what a producer wrote, but no secret that the relay looked up. */
  deadTexts?: string[];
}
