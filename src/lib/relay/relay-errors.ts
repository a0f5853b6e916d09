import type { ErrorClass, ProviderError } from './provider.ts';
import type { ErrorCompletion } from './result.ts';

/** An error that the relay itself finds, and the outcome of a change that ends with it. */
export interface RelayError {
  outcome: ErrorCompletion['outcome'];
  class: ErrorClass;
  message: string;
  advice: string;
  /** True if the same change may succeed later, under a new id. */
  retryable?: boolean;
}

/** The errors that the relay itself finds, by their code, with the outcome of a change that ends with one. */
export const RELAY_ERRORS = {
  change_unreadable: {
    outcome: 'rejected',
    class: 'invalid_request',
    message: 'The message is not a change: it is not a CloudEvent 1.0 in JSON with an id and a source.',
    advice: 'Send a CloudEvent 1.0 in structured mode.',
  },
  change_invalid: {
    outcome: 'rejected',
    class: 'invalid_request',
    message: 'The change is not valid for its operation.',
    advice: 'Correct the named fields and send the change again under a new id.',
  },
  inline_secret_refused: {
    outcome: 'rejected',
    class: 'invalid_request',
    message: 'The change itself contains a secret, which this environment refuses.',
    advice: 'Store the secret, name it in password_ref, and send the change again under a new id.',
  },
  relay_event: {
    outcome: 'rejected',
    class: 'invalid_request',
    message: 'The event was published by a relay and is not a change.',
    advice: 'Correct the rule that sends results back to the queue.',
  },
  heartbeat: {
    outcome: 'rejected',
    class: 'invalid_request',
    message: 'The change is a heartbeat of the stage itself. It shows that results arrive, and nothing was sent.',
    advice: 'Nothing to do.',
  },
  idempotency_conflict: {
    outcome: 'rejected',
    class: 'conflict',
    message: 'Another change was already received under this id and source.',
    advice: 'Give every change its own id. A corrected change is a new change.',
  },
  newer_change_handled: {
    outcome: 'superseded',
    class: 'conflict',
    message: 'A newer change for the same task or server was already handled, so this one was not sent.',
    advice: 'Nothing to do. If you still want the older change, send it as a new change.',
  },
  secret_not_allowed: {
    outcome: 'rejected',
    class: 'forbidden',
    message: 'The change names a secret that this environment does not allow for changes.',
    advice: 'Use a secret whose name starts with the prefix that this environment allows.',
  },
  secret_unavailable: {
    outcome: 'failed',
    class: 'service_error',
    message: 'A secret that the change names could not be read.',
    advice: 'Check that the secret exists and that the relay may read it, then send the change again under a new id.',
    retryable: true,
  },
  too_many_alike: {
    outcome: 'rejected',
    class: 'conflict',
    message: 'More than 50 tasks have this name or source already, so a new one could not be told from them.',
    advice: 'Use another name, or delete tasks that are no longer needed, then send the change again under a new id.',
  },
  task_busy: {
    outcome: 'failed',
    class: 'conflict',
    message: 'An earlier change for the same task or server did not end in time, so this one was not sent.',
    advice: 'Check the earlier change, then send this one again under a new id.',
    retryable: true,
  },
  change_expired: {
    outcome: 'failed',
    class: 'service_error',
    message: 'The change waited in the queue for nearly as long as the queue keeps a message, so it was not sent.',
    advice:
      'Find out what kept it waiting (earlier changes for the task, a stopped function, a refused credential), then send it again under a new id.',
    retryable: true,
  },
  // Neither a reply nor a read-back can show what became of a request.
  outcome_unknown: {
    outcome: 'unknown',
    class: 'unknown',
    message: 'A request was sent, but neither its reply nor a later read shows whether it was applied.',
    advice: 'Check at the provider whether it was applied. If it was not, send it again under a new id.',
  },
  created_several: {
    outcome: 'unknown',
    class: 'unknown',
    message: 'Several tasks exist that the change may have created. Nothing was deleted.',
    advice: 'Look at the named tasks, keep one, and delete the others.',
  },
} as const satisfies Record<string, RelayError>;

/** Failures that the relay itself finds when it reads a task. They end a change only when its attempts are used up. */
export const READ_FAILURES = {
  retries_exhausted: {
    class: 'service_error',
    code: 'retries_exhausted',
    remedy: 'later',
    message: 'The provider carried out no request, and the attempts or the time for them were used up.',
    advice: 'Check the provider, then send the change again under a new id.',
  },
  task_unreadable: {
    class: 'service_error',
    code: 'task_unreadable',
    remedy: 'later',
    message: 'The task could be read, but not understood.',
    advice: "Check the task in the provider's console.",
  },
  list_incomplete: {
    class: 'service_error',
    code: 'list_incomplete',
    remedy: 'later',
    message:
      'The list of the provider could not be read to its end, changed meanwhile, or lacks the task that a reply named.',
    advice: "Look for the new task in the provider's console.",
  },
} as const satisfies Record<string, ProviderError>;
