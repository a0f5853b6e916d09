import type { InvalidRecord, ValidRecord } from '../change/parse-record.ts';
import type { TracedName } from '../change/validate.ts';
import type { Job } from './context.ts';
import type { ChangeRow, Note } from './ledger.ts';
import type { Policy } from './policy.ts';
import type { Completion, ErrorCompletion } from './result.ts';

/** What to do with a delivery. Only `act` in relay.ts carries it out. */
export type Decision = Complete | Refuse | Repeat | Retry | Fail;

/** True if a step returned a decision, which ends the work on the delivery, and not what it found. */
export const isDecision = (value: object): value is Decision => 'kind' in value;

/** The change has ended; the owner of its row stores the completion. */
export interface Complete {
  kind: 'complete';
  name: TracedName;
  row: ChangeRow;
  owner: string;
  completion: Completion;
}

/** The change is never sent, and the ledger has no row for it: it is claimed and ended in one write. */
export interface Refuse {
  kind: 'refuse';
  change: ValidRecord | InvalidRecord;
  completion: ErrorCompletion;
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
  tried?: LastAttempt;
  /** Key of the change that must end first, if this one waits for another. */
  behind?: string;
  /** What the owner of the row writes before: READY if certainly nothing is in flight, or a note in a row that stays CALLING. */
  write?: { state: 'READY' | 'CALLING'; key: string; owner: string; note: Note };
}

/**
 * A call of the ledger failed before the request. The owner releases the row, and the failure is thrown: only this delivery
 * knows that nothing was sent. Once it has ended, the row would look as if a request had left.
 */
export interface Fail {
  kind: 'fail';
  failure: unknown;
  row: ChangeRow;
  owner: string;
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

/** What was tried before a retry, and how it failed. It never holds a text of the provider. */
export interface LastAttempt {
  /** Number of requests and reads so far. */
  attempts?: number;
  /** The code of the failure: the provider's, or one of the relay's own. */
  code?: string;
  status?: number;
  /** The provider's id of the request. */
  requestId?: string;
}

/** A failure as a retry describes it: its code, the HTTP status and the provider's id of the request. */
export type FailedRequest = { error: { code: string }; status?: number | undefined; requestId?: string | undefined };

/** Ends a change. */
export const complete = ({ change, row, owner }: Job, completion: Completion): Complete => ({
  kind: 'complete',
  name: change.name,
  row,
  owner,
  completion: {
    ...completion,
    attempts: row.attempts,
    omitted: change.omitted,
    warnings: [...change.warnings, ...(completion.warnings ?? [])],
  },
});

/** Publishes the stored result of a change that ended before. */
export const repeat = (row: ChangeRow): Repeat => ({ kind: 'repeat', row });

/** Ends a change that has no row, without a request. */
export const refuse = (change: Refuse['change'], completion: ErrorCompletion): Refuse => ({
  kind: 'refuse',
  change,
  completion,
});

/** Releases the row after a failure before the request. */
export const fail = ({ row, owner }: Job, failure: unknown): Fail => ({
  kind: 'fail',
  failure,
  row,
  owner,
});

/** Tries again later and writes nothing: the row has another owner, or it stays as it is until its lease is over. */
export const retry = (reason: RetryReason, delay: number, tried?: LastAttempt): Retry => ({
  kind: 'retry',
  reason,
  delay,
  ...(tried && { tried }),
});

/** Tries again when the lease of the row's present owner is over. */
export const lost = ({ times }: Policy): Retry => retry('contended', times.lease);

/** Sets the row back to READY, because certainly no request of the change is in flight. */
export const release = (
  job: Job,
  reason: RetryReason,
  delay: number,
  note: Note = {},
  failure?: FailedRequest,
): Retry => retryWithWrite(job, 'READY', reason, delay, note, failure);

/** Leaves the row CALLING and writes a note into it. */
export const keep = (
  job: Job,
  reason: RetryReason,
  delay: number,
  note: Note,
  failure?: Partial<FailedRequest>,
): Retry => retryWithWrite(job, 'CALLING', reason, delay, note, failure);

function retryWithWrite(
  { row, owner }: Job,
  state: 'READY' | 'CALLING',
  reason: RetryReason,
  delay: number,
  note: Note,
  failure?: Partial<FailedRequest>,
): Retry {
  return {
    ...retry(reason, delay, lastAttempt(note.attempts ?? row.attempts, failure)),
    write: { state, key: row.key, owner, note },
  };
}

/** What was tried before a retry, and how it failed. */
export const lastAttempt = (
  attempts: number,
  { error, status, requestId }: Partial<FailedRequest> = {},
): LastAttempt => ({
  attempts,
  ...(error && { code: error.code }),
  ...(status !== undefined && { status }),
  ...(requestId !== undefined && { requestId }),
});
