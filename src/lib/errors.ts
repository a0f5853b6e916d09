/** What an error is, seen from the change: who must do what about it. */
export type ErrorClass =
  | 'invalid_request'
  | 'unauthenticated'
  | 'forbidden'
  | 'not_found'
  | 'conflict'
  | 'throttled'
  | 'service_error'
  | 'unknown';

/** What helps: nothing, waiting, a fresh credential, another state of the task, or reading the task first. */
export type Remedy = 'no' | 'later' | 'after_refresh' | 'after_change' | 'reconcile';
