import type { Problem } from '../json/problem.ts';
import type { Operation } from '../operations/operation.ts';
import { adviceAtEnd } from './advice.ts';
import type { Job } from './context.ts';
import { type Answer, AT_FAULT, type ProviderError } from './provider.ts';
import { RELAY_ERRORS, type RelayError } from './relay-errors.ts';
import type { Completion, ErrorCompletion } from './result.ts';

export type Failure = Extract<Answer, { ok: false }>;

/** The end of a change with an error of the relay itself. */
export function completionOf(code: keyof typeof RELAY_ERRORS, problems?: Problem[]): ErrorCompletion {
  const { outcome, retryable = false, ...error }: RelayError = RELAY_ERRORS[code];
  return {
    outcome,
    error: { ...error, code, remedy: retryable ? 'later' : 'no', origin: 'relay' },
    ...(problems && { problems }),
  };
}

/** The end of a change whose request left, and whose effect nothing shows. `created` are the ids of what it may have created. */
export const outcomeUnknown = (
  { change, row }: Job,
  created = row.created === undefined ? [] : [row.created],
): Completion => ({
  ...completionOf('outcome_unknown'),
  unverifiable: change.operation.readBack.unverifiable(change.data),
  created,
});

/** The end of a change that the provider did not carry out: it was refused for good, or the relay gave up. */
export function notApplied({ error, status, requestId }: Failure): ErrorCompletion {
  const advice = adviceAtEnd(error);
  return {
    outcome: outcomeOf(error),
    error: { ...error, advice, origin: originOf(error, status) },
    status,
    requestId,
  };
}

function outcomeOf({ class: kind, remedy, cause }: ProviderError): ErrorCompletion['outcome'] {
  const final = remedy === 'no' || remedy === 'after_change';
  return final && AT_FAULT.has(kind) && cause === undefined ? 'rejected' : 'failed';
}

const originOf = (error: ProviderError, status: number | undefined) =>
  status === undefined || error.code === 'credentials_unavailable' ? 'relay' : 'provider';

/**
 * The end of a change that was to remove what does not exist. A warning says so, unless an earlier request of the same change
 * may have removed it.
 */
export const removedBefore = ({ error, status, requestId }: Failure, isInDoubt: boolean): Completion => ({
  outcome: 'succeeded',
  confirmedBy: 'reply',
  status,
  requestId,
  ...(!isInDoubt && { warnings: [`it did not exist when the request arrived (${error.code})`] }),
});

/** True when waiting or a new credential can help, so that another attempt makes sense. */
export const isPassing = ({ remedy }: ProviderError) =>
  remedy === 'later' || remedy === 'after_refresh' || remedy === 'reconcile';

/** True when the service says that the subject does not exist, so that no later read will show it. A wrong address says nothing about that. */
export const isGone = ({ error: { class: kind, cause } }: Failure) => kind === 'not_found' && cause === undefined;

/** True when a failure says that the subject which the operation removes does not exist, and not something else that belongs to it. */
export const isRemoved = ({ removes = [] }: Operation, failure: Failure) =>
  removes.includes(failure.error.code) && isGone(failure);
