import type { Step, When } from './step.ts';

export type LedgerFault = 'throttle' | 'lost_reply_repeated' | 'lost_reply' | 'delayed' | 'item_too_large';
export type BusFault = 'request_error' | 'failed_entry' | 'lost_reply';
type ProcessFault = 'crash' | 'hang';

/** Decides what goes wrong, at random or by a script. Each decision is asked for only once. */
export interface Faults {
  process(step: Step, when: When, uid: string): ProcessFault | undefined;
  ledger(step: Step, uid: string): LedgerFault | undefined;
  bus(uid: string): BusFault | undefined;
  /** The name of the provider's behaviour at a request that writes (see CALLS), or at a read (see READS). */
  call(uid: string): string;
  read(uid: string): string;
  secret(uid: string): boolean;
  /** The share of requests that are refused because the task already has their values: of repeated requests, and of others. */
  already: { repeat: number; other: number };
  /** The share of replies to calls for several tasks that say nothing of the task. */
  silentLists: number;
  /** The share of created tasks that lists show late: within the time that the relay waits, and after it. */
  lists: { late: number; tooLate: number };
  /** Counts a fault that has occurred. */
  fired(row: string): void;
}

/** Nothing goes wrong. Runs override some of these members. */
export const noFaults: Faults = {
  process: () => undefined,
  ledger: () => undefined,
  bus: () => undefined,
  call: () => 'ok',
  read: () => 'ok',
  secret: () => false,
  already: { repeat: 0, other: 0 },
  silentLists: 0,
  lists: { late: 0, tooLate: 0 },
  fired: () => undefined,
};

/** A function that is true for each change when it is first asked about it. */
export function firstTimes(): (uid: string) => boolean {
  const names = new Set<string>();
  return (uid) => !names.has(uid) && names.add(uid) !== undefined;
}
