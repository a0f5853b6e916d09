import type { Step, When } from './world/step.ts';

/** The step at which a worker ends. `note` stands for the first update of its row or the release, whichever comes first. */
const KILL_STEPS = ['claim', 'takeover', 'read', 'guard', 'call', 'store', 'note', 'publish', 'ack'] as const;
const BEHAVIOURS = [
  'ok',
  'refused_400',
  'throttled',
  'connection_refused',
  'reset_after',
  'timeout',
  'error_500',
  'error_500_applied',
  'timeout_applied_late',
  'truncated',
] as const;
const AFTERMATHS = ['redelivery', 'duplicate', 'redrive'] as const;
/**
 * One for each kind of evidence: values, a baseline, a state or a word after another, a refused read, absence, and a list, in
 * which a new task is found by its mark or by the ids that were there before.
 */
const KINDS = ['update', 'configure', 'restart', 'exchange', 'limit', 'delete', 'create_online', 'create_sms'] as const;
/** The kinds that must not repeat. Their task, or the list, is read before the first request too. */
const ONCE = new Set<string>(['configure', 'restart', 'exchange', 'create_online', 'create_sms']);

export interface Case {
  kind: (typeof KINDS)[number];
  step: (typeof KILL_STEPS)[number];
  when: When;
  behaviour: (typeof BEHAVIOURS)[number];
  aftermath: (typeof AFTERMATHS)[number];
}

export const CASES: Case[] = KINDS.flatMap((kind) =>
  KILL_STEPS.flatMap((step) =>
    (['before', 'after'] as const).flatMap((when) =>
      BEHAVIOURS.flatMap((behaviour) => AFTERMATHS.map((aftermath) => ({ kind, step, when, behaviour, aftermath }))),
    ),
  ),
);

export const nameOf = ({ kind, step, when, behaviour, aftermath }: Case) =>
  `${kind}: killed ${when} ${step}, ${behaviour}, ${aftermath}`;

/** Replies after which the worker knows whether its request was carried out. */
const DEFINITE = new Set<string>(['ok', 'refused_400', 'throttled', 'connection_refused']);
/** Replies after which the change is released, because nothing was carried out and a retry may help. */
const TEMPORARY = new Set<string>(['throttled', 'connection_refused']);

/**
 * True if another worker must end before. Another worker takes over or reads only if the one before ended after the reply and
 * before it stored the result.
 */
export const hasEarlierEnd = (one: Case): boolean => DEFINITE.has(one.behaviour) && isAfterCall(one);

/** The outcome that a case must have. It is derived from the promises and not from the code. */
export function expectedOutcome(one: Case, wasKilled: boolean): string {
  const usual = one.behaviour === 'refused_400' ? 'rejected' : 'succeeded';
  if (one.aftermath !== 'redrive' || !wasKilled || isStored(one)) return usual;
  // By now a newer change was handled. A change that was not applied before is not sent any more.
  if (isApplied(one)) return 'succeeded';
  return ONCE.has(one.kind) && maySeemSent(one) ? 'unknown' : 'superseded';
}

/**
 * True if nothing shows that the worker ended before it sent its request: the baseline, which it notes before, is there. What
 * must not repeat then stays in doubt, whatever is read.
 */
const maySeemSent = ({ step, when }: Case) =>
  step === 'takeover' || step === 'call' || step === 'store' || (step === 'note' && when === 'after');

/** The outcome of the newer change: what was deleted can't be changed any more, and a source has one task at a time. */
export const outcomeOfNewer = (one: Case, wasKilled: boolean): string =>
  FORBIDS_NEWER.has(one.kind) && expectedOutcome(one, wasKilled) === 'succeeded' ? 'rejected' : 'succeeded';

const FORBIDS_NEWER = new Set<string>(['delete', 'create_sms']);

const isStored = ({ step, when }: Case) =>
  step === 'publish' || step === 'ack' || (step === 'store' && when === 'after');

const APPLIED = new Set<string>(['ok', 'reset_after', 'error_500_applied', 'timeout_applied_late', 'truncated']);

/** True if the provider has carried the change out when the worker ends, or will soon do so. */
function isApplied(one: Case): boolean {
  const { step, when, behaviour } = one;
  if (step === 'store') return behaviour !== 'refused_400';
  if (isAfterCall(one)) return APPLIED.has(behaviour) || TEMPORARY.has(behaviour);
  return step === 'call' && when === 'after' && APPLIED.has(behaviour);
}

/** True if the worker ends after a first call by another worker. A temporary refusal is over by then. */
const isAfterCall = ({ kind, step }: Case) => step === 'takeover' || (step === 'read' && !ONCE.has(kind));

/** The steps before or after which the worker ends. */
export const stepsOf = (step: Case['step']): Step[] => (step === 'note' ? ['note', 'release'] : [step]);
