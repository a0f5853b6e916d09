import type { Step, When } from './step.ts';

export type LedgerFault = 'throttle' | 'lost_reply_repeated' | 'lost_reply' | 'delayed' | 'item_too_large';
export type BusFault = 'request_error' | 'failed_entry' | 'lost_reply';
export type ProcessFault = 'crash' | 'hang';

/** Decides what goes wrong, point by point; a random mix or a script. Every decision is asked for just once. */
export interface Faults {
  process(step: Step, when: When, uid: string): ProcessFault | undefined;
  ledger(step: Step, uid: string): LedgerFault | undefined;
  bus(uid: string): BusFault | undefined;
  /** The behaviour of the provider, by its name in the table of behaviours. */
  call(uid: string): string;
  read(uid: string): string;
  secret(uid: string): boolean;
  /** The part of requests for a state that stands already which are refused for it: repeats of a change's own, and others. */
  already: { repeat: number; other: number };
  /** Counts a fault that has taken place. */
  fired(row: string): void;
}

/** A world where nothing goes wrong, to be overridden. */
export const noFaults: Faults = {
  process: () => undefined,
  ledger: () => undefined,
  bus: () => undefined,
  call: () => 'ok',
  read: () => 'ok',
  secret: () => false,
  already: { repeat: 0, other: 0 },
  fired: () => undefined,
};

/** True for each change the first time that it is asked about. */
export function firstTimes(): (uid: string) => boolean {
  const failedCalls = new Set<string>();
  return (uid) => !failedCalls.has(uid) && failedCalls.add(uid) !== undefined;
}
