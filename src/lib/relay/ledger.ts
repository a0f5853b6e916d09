import type { Fingerprint } from '../change/fingerprint.ts';
import type { Revision } from '../operations/operation.ts';

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
  /** SQS sequence number of the first receive: what decides who is older after a redrive, inside its message group only. */
  arrival?: string;
  group?: string;
  /** The API revision under which the change was first claimed: a deployment that changes the default doesn't change it. */
  revision?: Revision;
  /** A request left whose fate isn't known; cleared only by reads that may be believed. */
  doubt: boolean;
  /** Another change took the task's lock over from this one, so the lock no longer tells whether a request may have left. */
  overtaken?: boolean;
  /** Digest of what the task showed before the first request, and the version of what was looked at. */
  baseline?: string;
  /** The stored result, byte for byte (DONE). */
  result?: string;
  /** True if the outcome is `unknown`, so that the task's lock stands although the change is DONE. */
  unknown?: boolean;
  /** When the row is removed, in seconds since 1970. */
  ttl?: number;
  /** An operator's word on an unknown outcome, as the event that tells it; kept once, and never changed. */
  resolution?: string;
}

/** What the ledger remembers of one subject: the newest change sent, and the lock that it holds. */
export interface SubjectRow {
  sequence?: string;
  /** Arrival of the newest change sent, and of the newest one without `sequence`, each with its message group. */
  arrival?: string;
  group?: string;
  plainArrival?: string;
  plainGroup?: string;
  lock: string;
  owner: string;
  expiresAt: number;
}

export interface ClaimRequest {
  key: string;
  fingerprint: Fingerprint;
  owner: string;
  now: number;
  lease: number;
  arrival?: string | undefined;
  group?: string | undefined;
  revision?: Revision | undefined;
}

export interface LockRequest {
  subject: string;
  key: string;
  owner: string;
  expiresAt: number;
  sequence?: string | undefined;
  arrival?: string | undefined;
  group?: string | undefined;
  /** True if a request of the change left whose fate isn't known. */
  doubt?: boolean;
}

/** What may be written when a change is released as provably idle, or kept. */
export interface Note {
  attempts?: number;
  doubt?: boolean;
  baseline?: string;
  lease?: number;
}

/**
 * The table that remembers, with a row per change and a row per subject. Every write is conditional; a write whose reply was
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
  /** Raises the task's lock for a change if none stands or its own does, and no newer change is known; gives the row then. */
  acquireLock(request: LockRequest): Promise<SubjectRow | undefined>;
  /** The same against exactly the row that was seen, after it was judged to be no obstacle. */
  replaceLock(request: LockRequest, seen: SubjectRow): Promise<SubjectRow | undefined>;
  /**
   * Remembers in a CALLING row that its lock is about to be taken over, so that it counts as sent whatever the task's row
   * says later. False if the row has moved on meanwhile.
   */
  overtake(row: ChangeRow): Promise<boolean>;
  /** CALLING of this owner -> READY. False if the owner lost the row. */
  release(key: string, owner: string, note: Note): Promise<boolean>;
  /** Writes into a CALLING row of this owner. False if the owner lost the row. */
  note(key: string, owner: string, note: Note): Promise<boolean>;
  /** CALLING of this owner -> DONE. False if the owner lost the row. */
  store(key: string, owner: string, result: string, unknown: boolean): Promise<boolean>;
  /** A row that is DONE from the start, for a change that never gets as far as a claim; gives the row that stands. */
  storeRefusal(key: string, fingerprint: Fingerprint, result: string, now: number): Promise<ChangeRow>;
  /** Keeps the row of a change that is DONE for its whole time again. */
  renew(key: string): Promise<void>;
  readChange(key: string): Promise<ChangeRow | undefined>;
  readSubject(subject: string): Promise<SubjectRow | undefined>;
}
