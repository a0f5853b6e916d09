import type { Step, When } from './world/step.ts';

/** Where a worker ends: `note` stands for the first write into its row or the hand-back, whichever comes first. */
export const KILL_STEPS = ['claim', 'takeover', 'read', 'guard', 'call', 'store', 'note', 'publish', 'ack'] as const;
export const BEHAVIOURS = [
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
export const AFTERMATHS = ['redelivery', 'duplicate', 'redrive'] as const;
/** One operation that converges, and one that must not repeat. */
export const KINDS = ['update', 'configure'] as const;

export interface Case {
  kind: (typeof KINDS)[number];
  step: (typeof KILL_STEPS)[number];
  when: When;
  behaviour: (typeof BEHAVIOURS)[number];
  aftermath: (typeof AFTERMATHS)[number];
}

/** Every combination. */
export const CASES: Case[] = KINDS.flatMap((kind) =>
  KILL_STEPS.flatMap((step) =>
    (['before', 'after'] as const).flatMap((when) =>
      BEHAVIOURS.flatMap((behaviour) => AFTERMATHS.map((aftermath) => ({ kind, step, when, behaviour, aftermath }))),
    ),
  ),
);

export const nameOf = ({ kind, step, when, behaviour, aftermath }: Case) =>
  `${kind}: killed ${when} ${step}, ${behaviour}, ${aftermath}`;

/** Replies after which the worker knows what came of its request. */
const DEFINITE = new Set<string>(['ok', 'refused_400', 'throttled', 'connection_refused']);
/** Replies after which the change is released as provably idle. */
const PASSING = new Set<string>(['throttled', 'connection_refused']);

/** A takeover and the reading in it come only after an end in between: the worker before ends with the reply in hand. */
export const endsBefore = (one: Case): boolean => DEFINITE.has(one.behaviour) && isAfterCall(one);

/** The outcome that a case must have, reasoned from the promises and not from the code. */
export function expected(one: Case, wasKilled: boolean): string {
  const plain = one.behaviour === 'refused_400' ? 'rejected' : 'succeeded';
  if (one.aftermath !== 'redrive' || !wasKilled || isSettled(one)) return plain;
  // A newer change waits by now: what was not applied will not be sent any more.
  return isApplied(one) ? 'succeeded' : 'superseded';
}

const isSettled = ({ step, when }: Case) =>
  step === 'publish' || step === 'ack' || (step === 'store' && when === 'after');

const APPLIED = new Set<string>(['ok', 'reset_after', 'error_500_applied', 'timeout_applied_late', 'truncated']);

/** True if the provider has carried the change out, or will soon, when the worker ends. */
function isApplied(one: Case): boolean {
  const { step, when, behaviour } = one;
  if (step === 'store') return behaviour !== 'refused_400';
  if (isAfterCall(one)) return APPLIED.has(behaviour) || PASSING.has(behaviour);
  return step === 'call' && when === 'after' && APPLIED.has(behaviour);
}

/** A passing refusal is over by then, and the second request went well. */
const isAfterCall = ({ kind, step }: Case) => step === 'takeover' || (step === 'read' && kind === 'update');

/** The steps of the ledger at which a kill strikes. */
export const stepsOf = (step: Case['step']): Step[] => (step === 'note' ? ['note', 'release'] : [step]);
