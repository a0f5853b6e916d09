import type { Fingerprint } from '../change/fingerprint.ts';
import type { Revision } from '../operations/operation.ts';

/** READY: certainly no request is in flight. CALLING: a request may have left. DONE: the result is stored. */
export type ChangeState = 'READY' | 'CALLING' | 'DONE';

/** What the ledger stores about one change. Times are milliseconds since 1970. */
export interface ChangeRow {
  key: string;
  state: ChangeState;
  fingerprint: Fingerprint;
  /** Who acts on the change (CALLING), and until when nobody else may. */
  owner?: string;
  lease?: number;
  /** Number of requests and reads so far, including the one under way. */
  attempts: number;
  firstSeen: number;
  /** SQS sequence number of the first receive. It shows which change is older, even after a redrive, but only within a message group. */
  arrival?: string;
  group?: string;
  /** The API revision under which the change was first claimed. A deployment that changes the default doesn't change it. */
  revision?: Revision;
  /**
   * True if a request left and its effect is not known. Only a read-back that may be believed clears it, and never for an
   * operation that must not repeat: its first request may be carried out after all reads.
   */
  doubt: boolean;
  /** Another change took the subject lock over from this one, so the lock no longer shows whether a request may have left. */
  overtaken?: boolean;
  /** The baseline: the version of what a snapshot contains, and a digest of the snapshot before the first request, or the ids of a list. */
  baseline?: string;
  /** The id of what the change created, as a reply named it, while it is not known whether that is all. */
  created?: string;
  /** The stored result, byte for byte (DONE). */
  result?: string;
  /** True if the outcome is `unknown`, so that the subject stays locked although the change is DONE. */
  unknown?: boolean;
  /** When the row is removed, in seconds since 1970. */
  ttl?: number;
  /** What an operator found out about an unknown outcome, as the text of the event that reports it. It is written once and never changed. */
  resolution?: string;
}

/** What the ledger stores about one subject: the newest change that was sent, and the lock that this change holds. */
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
  /** True if a request of the change left and its effect is not known. */
  doubt?: boolean;
  /** True if the lock of another change must have expired, even if that change has succeeded. */
  mustExpire?: boolean;
}

/** What may be written into a change's row when it is released or kept. */
export interface Note {
  attempts?: number;
  doubt?: boolean;
  baseline?: string;
  lease?: number;
  created?: string;
}

/**
 * The table with a row per change and a row per subject. Every write is conditional. If the reply to a write is lost and
 * the write is repeated, it is recognised by its owner. Methods throw only when the table can't be reached.
 */
export interface Ledger {
  /** Sets the row to CALLING if it is absent, or READY with the same fingerprint. `isClaimed` says whether the claim worked. */
  claim(request: ClaimRequest): Promise<{ isClaimed: boolean; row: ChangeRow }>;
  /** Gives a CALLING row whose lease is over a new owner, and writes whether it is in doubt. Undefined if somebody else was faster. */
  takeOver(
    row: ChangeRow,
    request: Pick<ClaimRequest, 'owner' | 'now' | 'lease'> & Pick<ChangeRow, 'doubt'>,
  ): Promise<ChangeRow | undefined>;
  /** Acquires the subject lock if nobody or the change itself holds it, and no newer change is known. Returns the row, or undefined. */
  acquireLock(request: LockRequest): Promise<SubjectRow | undefined>;
  /** Acquires the lock if the subject's row is still exactly `expected`, which the caller has found not to be in the way. */
  replaceLock(request: LockRequest, expected: SubjectRow): Promise<SubjectRow | undefined>;
  /**
   * Notes in a CALLING row that its lock is about to be taken over. The change then counts as sent, whatever the subject's
   * row says later. False if the row has changed meanwhile.
   */
  overtake(row: ChangeRow): Promise<boolean>;
  /** CALLING of this owner -> READY. False if the owner lost the row. */
  release(key: string, owner: string, note: Note): Promise<boolean>;
  /** Writes into a CALLING row of this owner. False if the owner lost the row. */
  note(key: string, owner: string, note: Note): Promise<boolean>;
  /** CALLING of this owner -> DONE. False if the owner lost the row. */
  store(key: string, owner: string, result: string, unknown: boolean): Promise<boolean>;
  /** Stores a row that is DONE from the start, for a change that is refused. Returns the row, or the one that was there already. */
  storeRefusal(key: string, fingerprint: Fingerprint, result: string, now: number): Promise<ChangeRow>;
  /** Restarts the time after which the row of a change that is DONE is removed. */
  renew(key: string): Promise<void>;
  readChange(key: string): Promise<ChangeRow | undefined>;
  readSubject(subject: string): Promise<SubjectRow | undefined>;
}
