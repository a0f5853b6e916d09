import type { InvalidRecord } from '../change/parse-record.ts';
import type { Problem } from '../json/problem.ts';
import { adviceAtEnd } from './advice.ts';
import { type Answer, AT_FAULT, type ErrorClass, type ProviderError } from './provider.ts';
import type { NotSucceeded } from './result.ts';

export type Failure = Extract<Answer, { ok: false }>;

/** An error that the relay itself found, in the shape of a provider's error. */
const relayError = (code: string, kind: ErrorClass, message: string, advice: string, retryable = false) => ({
  class: kind,
  code,
  remedy: retryable ? ('later' as const) : ('no' as const),
  message,
  advice,
  origin: 'relay' as const,
});

const REFUSALS = {
  change_unreadable: [
    'The message is not a change: it is not a CloudEvent 1.0 in JSON with an id and a source.',
    'Send a CloudEvent 1.0 in structured mode.',
  ],
  change_invalid: [
    'The change does not fit its operation.',
    'Correct the named fields and send the change again under a new id.',
  ],
  inline_secret_refused: [
    'A secret stands in the change itself, which this environment refuses.',
    'Store the secret, name it in password_ref, and send the change again under a new id.',
  ],
  relay_event: ['The event is one of a relay, and no change.', 'Mend the rule that leads results back to the queue.'],
} as const;

/** The end of a change that is refused before anything is sent to the provider. */
export function refused({ code, problems }: Pick<InvalidRecord, 'code' | 'problems'>): NotSucceeded {
  const [message, advice] = REFUSALS[code];
  return { outcome: 'rejected', error: relayError(code, 'invalid_request', message, advice), problems };
}

export const conflicting = (): NotSucceeded => ({
  outcome: 'rejected',
  error: relayError(
    'idempotency_conflict',
    'conflict',
    'Another change was already received under this id and source.',
    'Give every change an id of its own; a corrected change is a new change.',
  ),
});

export const superseded = (): NotSucceeded => ({
  outcome: 'superseded',
  error: relayError(
    'newer_change_handled',
    'conflict',
    'A newer change for the task was already handled, so this one was not sent.',
    'Nothing to do, unless the older change is wanted after all: then send it as a new change.',
  ),
});

export const secretRefused = (problems: Problem[]): NotSucceeded => ({
  outcome: 'rejected',
  error: relayError(
    'secret_not_allowed',
    'forbidden',
    'The change names a secret that this environment does not hand out.',
    'Name a secret below the prefix that is set aside for changes.',
  ),
  problems,
});

export const secretMissing = (problems: Problem[]): NotSucceeded => ({
  outcome: 'failed',
  error: relayError(
    'secret_unavailable',
    'service_error',
    'A secret that the change names could not be read.',
    'Check that the secret exists and that the relay may read it, then send the change again under a new id.',
    true,
  ),
  problems,
});

export const lockTimedOut = (): NotSucceeded => ({
  outcome: 'failed',
  error: relayError(
    'task_busy',
    'conflict',
    'An earlier change for the task did not end in time, so this one was not sent.',
    'Look at the earlier change, then send this one again under a new id.',
    true,
  ),
});

export const expired = (): NotSucceeded => ({
  outcome: 'failed',
  error: relayError(
    'change_expired',
    'service_error',
    'The change waited in the queue for nearly as long as the queue keeps a message, so it was not sent.',
    'Find out what kept it waiting (earlier changes for the task, a stopped function, a refused credential), then send it again under a new id.',
    true,
  ),
});

/** The end of a change when neither a reply nor a read-back can show what became of its request. */
export function unknown(): NotSucceeded {
  const error = relayError(
    'outcome_unknown',
    'unknown',
    'A request left for the provider, and neither its reply nor reading the task back can tell what came of it.',
    'Look at the task; if the change is missing, send it again under a new id.',
  );
  return { outcome: 'unknown', error };
}

/** The end of a change that the provider did not carry out: it was refused for good, or the relay gave up. */
export function notApplied({ error, status, requestId }: Failure): NotSucceeded {
  const advice = adviceAtEnd(error);
  return {
    outcome: outcomeOf(error),
    error: { ...error, advice, origin: originOf(error, status) },
    status,
    requestId,
  };
}

function outcomeOf({ class: kind, remedy, cause }: ProviderError): NotSucceeded['outcome'] {
  const final = remedy === 'no' || remedy === 'after_change';
  return final && AT_FAULT.has(kind) && cause === undefined ? 'rejected' : 'failed';
}

const originOf = (error: ProviderError, status: number | undefined) =>
  status === undefined || error.code === 'credentials_unavailable' ? 'relay' : 'provider';

/** True when waiting or a new credential can help, so that another attempt makes sense. */
export const isPassing = ({ remedy }: ProviderError) =>
  remedy === 'later' || remedy === 'after_refresh' || remedy === 'reconcile';

/** True when the service says that the task does not exist, so that no later read will show it. A wrong address says nothing about the task. */
export const isGone = ({ error: { class: kind, cause } }: Failure) => kind === 'not_found' && cause === undefined;
