import type { TracedName } from '../change/validate.ts';
import type { LastAttempt, Retry, RetryReason } from './decision.ts';

/** Thrown for a change that has not ended yet. The queue delivers it again after `delay` milliseconds. */
export class RetryLater extends Error {
  readonly reason: RetryReason;
  readonly delay: number;
  /** The change that waits. */
  readonly change: TracedName | undefined;
  readonly tried: LastAttempt;
  /** Key of the change that must end first, if this one waits for another. */
  readonly behind: string | undefined;

  constructor({ reason, delay, tried = {}, behind }: Omit<Retry, 'kind'>, change?: TracedName) {
    super(`retried later: ${reason}`);
    this.name = 'RetryLater';
    this.reason = reason;
    this.delay = Math.max(0, Math.ceil(delay));
    this.change = change;
    this.tried = tried;
    this.behind = behind;
  }
}
