import type { ChangeName } from '../change/validate.ts';
import type { Job } from './context.ts';
import type { ChangeRow, Note } from './ledger.ts';
import type { Policy } from './policy.ts';
import type { Completion } from './result.ts';

/** What is to become of a delivery. Only `act` in relay.ts carries it out: it alone stores, releases, throws and publishes. */
export type Decision = Complete | Repeat | Retry;

/** The change has come to its end, which the owner of its row stores. */
export interface Complete {
  kind: 'complete';
  name: ChangeName;
  row: ChangeRow;
  owner: string;
  completion: Completion;
}

/** The change ended before: its stored result is published again. */
export interface Repeat {
  kind: 'repeat';
  row: ChangeRow;
}

/** The queue delivers the change again after `delay` milliseconds. */
export interface Retry {
  kind: 'retry';
  reason: RetryReason;
  delay: number;
  tried?: Tried;
  /** Key of the change that must end first, where the wait is for one. */
  behind?: string;
  /** What the owner of the row writes first: READY, since certainly nothing is in flight, or a note in a row that stays CALLING. */
  write?: { state: 'READY' | 'CALLING'; key: string; owner: string; note: Note };
}

/** Why a change is tried again later. */
export type RetryReason =
  | 'lease_held'
  | 'subject_locked'
  | 'contended'
  | 'provider_busy'
  | 'credentials_refused'
  | 'outcome_unknown'
  | 'read_failed'
  | 'not_applied'
  | 'time_short'
  | 'secret_unavailable';

/** What was tried before a retry, and what came of it; never a text of the provider. */
export interface Tried {
  /** Requests and reads so far. */
  attempts?: number;
  /** The code of the failure, the provider's or the relay's own. */
  code?: string;
  status?: number;
  /** The provider's id of the request. */
  requestId?: string;
}

/** A failure as a retry names it: its code, and what the provider called the request. */
type Failed = { error: { code: string }; status?: number; requestId?: string };

/** Ends a change. */
export const complete = ({ order, row, owner }: Job, completion: Completion): Complete => ({
  kind: 'complete',
  name: order.name,
  row,
  owner,
  completion: {
    ...completion,
    attempts: row.attempts,
    ignored: order.ignored,
    warnings: [...order.warnings, ...(completion.warnings ?? [])],
  },
});

/** Publishes the stored result of a change that ended before. */
export const repeat = (row: ChangeRow): Repeat => ({ kind: 'repeat', row });

/** Tries again later without having written anything: the row is another's, or stays as it is until its lease is over. */
export const retry = (reason: RetryReason, delay: number, tried?: Tried): Retry => ({
  kind: 'retry',
  reason,
  delay,
  ...(tried && { tried }),
});

/** Tries again once the lease of whoever owns the row now is over. */
export const lost = ({ times }: Policy): Retry => retry('contended', times.lease);

/** Gives the row back as READY: certainly nothing of the change is in flight. */
export const release = (job: Job, reason: RetryReason, delay: number, note: Note = {}, failure?: Failed): Retry =>
  writing(job, 'READY', reason, delay, note, failure);

/** Keeps the row CALLING, with a note in it. */
export const keep = (job: Job, reason: RetryReason, delay: number, note: Note, failure?: Failed): Retry =>
  writing(job, 'CALLING', reason, delay, note, failure);

function writing(
  { row, owner }: Job,
  state: 'READY' | 'CALLING',
  reason: RetryReason,
  delay: number,
  note: Note,
  failure?: Failed,
): Retry {
  return {
    ...retry(reason, delay, triedBy(note.attempts ?? row.attempts, failure)),
    write: { state, key: row.key, owner, note },
  };
}

/** What was tried before a retry, and what came of it. */
export const triedBy = (attempts: number, { error, status, requestId }: Partial<Failed> = {}): Tried => ({
  attempts,
  ...(error && { code: error.code }),
  ...(status !== undefined && { status }),
  ...(requestId !== undefined && { requestId }),
});
