import type { Subject } from './examine.ts';

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

/** Thrown for a change that is not final yet; the queue delivers it again after `delay` milliseconds. */
export class NotYet extends Error {
  readonly reason: Wait;
  readonly delay: number;
  /** The change that waits, filled in where it is known. */
  subject?: Subject;

  constructor(reason: Wait, delay: number) {
    super(`handed back: ${reason}`);
    this.name = 'NotYet';
    this.reason = reason;
    this.delay = Math.max(0, Math.ceil(delay));
  }

  /** Says which change waits. */
  about(subject: Subject): this {
    this.subject = subject;
    return this;
  }
}
