import type { Subject } from '../change/validate.ts';

/** Why a change is handed back to the queue. */
export type Wait =
  | 'lease_held'
  | 'barrier_held'
  | 'contended'
  | 'provider_busy'
  | 'credentials_refused'
  | 'outcome_unknown'
  | 'read_failed'
  | 'not_applied'
  | 'time_short'
  | 'secret_unavailable'
  | 'publish_failed';

/** What was tried before a change was handed back, and what came of it; never a text of the provider. */
export interface Tried {
  /** Requests and readings so far. */
  attempts?: number;
  /** The code of the failure, the provider's or the relay's own. */
  code?: string;
  status?: number;
  /** The provider's id of the request. */
  requestId?: string;
}

/** Thrown for a change that is not final yet; the queue delivers it again after `delay` milliseconds. */
export class NotYet extends Error {
  readonly reason: Wait;
  readonly delay: number;
  /** The change that waits, filled in where it is known. */
  subject?: Subject;
  tried: Tried = {};
  /** Key of the change that must be settled first, where the wait is for one. */
  behind?: string;

  constructor(reason: Wait, delay: number) {
    super(`handed back: ${reason}`);
    this.name = 'NotYet';
    this.reason = reason;
    this.delay = Math.max(0, Math.ceil(delay));
  }

  /** Says what was tried. */
  afterTrying(
    attempts: number,
    { error, status, requestId }: { error?: { code: string }; status?: number; requestId?: string } = {},
  ): this {
    this.tried = {
      attempts,
      ...(error && { code: error.code }),
      ...(status !== undefined && { status }),
      ...(requestId !== undefined && { requestId }),
    };
    return this;
  }

  /** Says which change must be settled first. */
  waitingFor(key: string): this {
    this.behind = key;
    return this;
  }

  /** Says which change waits. */
  about(subject: Subject): this {
    this.subject = subject;
    return this;
  }
}
