import type { Fingerprint } from '../change/fingerprint.ts';

/** READY: provably nothing in flight. CALLING: a request may have left. DONE: the result is stored. */
export type ChangeState = 'READY' | 'CALLING' | 'DONE';

/** What the ledger remembers of one change. Times are milliseconds since 1970. */
export interface ChangeRow {
  key: string;
  state: ChangeState;
  fingerprint: Fingerprint;
  /** Who acts on the change (CALLING), and until when nobody else may. */
  owner?: string;
  lease?: number;
  /** Requests and reads made so far, the one under way included. */
  attempts: number;
  firstSeen: number;
  /** SQS sequence number of the first receive: what decides who is older after a redrive. */
  arrival?: string;
  /** A request left whose fate isn't known; cleared only by reads that may be believed. */
  doubt: boolean;
  /** Digest of what the task showed before the first request. */
  before?: string;
  /** The stored result, byte for byte (DONE). */
  result?: string;
  /** True if the outcome is `unknown`, so that the task's barrier stands although the change is DONE. */
  unknown?: boolean;
}

/** What the ledger remembers of one task: the newest change sent, and the barrier that it holds. */
export interface TaskRow {
  sequence?: string;
  /** Arrival of the newest change sent, and of the newest one without `sequence`. */
  arrival?: string;
  plainArrival?: string;
  barrier: string;
  owner: string;
  until: number;
}

export interface ClaimRequest {
  key: string;
  fingerprint: Fingerprint;
  owner: string;
  now: number;
  lease: number;
  arrival?: string | undefined;
}

export interface GuardRequest {
  task: string;
  key: string;
  owner: string;
  until: number;
  sequence?: string | undefined;
  arrival?: string | undefined;
}

/** What may be written when a change is handed back provably idle, or kept in hand. */
export interface Note {
  attempts?: number;
  doubt?: boolean;
  before?: string;
  lease?: number;
}

/**
 * The table that remembers, with a row per change and a row per task. Every write is conditional; a write whose reply was
 * lost and that is repeated is recognised by its owner. Methods throw only when the table can't be reached.
 */
export interface Ledger {
  /** CALLING if the row is absent, or READY with the same fingerprint. `mine` says whether the claim was won. */
  claim(request: ClaimRequest): Promise<{ mine: boolean; row: ChangeRow }>;
  /** A CALLING row whose lease is over gets a new owner, in doubt or not; undefined if somebody else was faster. */
  takeOver(
    row: ChangeRow,
    request: Pick<ClaimRequest, 'owner' | 'now' | 'lease'> & Pick<ChangeRow, 'doubt'>,
  ): Promise<ChangeRow | undefined>;
  /** Raises the task's barrier for a change if none stands or its own does, and no newer change is known; gives the row then. */
  guard(request: GuardRequest): Promise<TaskRow | undefined>;
  /** The same against exactly the row that was seen, after it was judged to be no obstacle. */
  replaceBarrier(request: GuardRequest, seen: TaskRow): Promise<TaskRow | undefined>;
  /** CALLING of this owner -> READY. False if the owner lost the row. */
  release(key: string, owner: string, note: Note): Promise<boolean>;
  /** Writes into a CALLING row of this owner. False if the owner lost the row. */
  note(key: string, owner: string, note: Note): Promise<boolean>;
  /** CALLING of this owner -> DONE. False if the owner lost the row. */
  store(key: string, owner: string, result: string, unknown: boolean): Promise<boolean>;
  /** A row that is DONE from the start, for a change that never gets as far as a claim; gives the row that stands. */
  storeRefusal(key: string, fingerprint: Fingerprint, result: string, now: number): Promise<ChangeRow>;
  readChange(key: string): Promise<ChangeRow | undefined>;
  readTask(task: string): Promise<TaskRow | undefined>;
}
