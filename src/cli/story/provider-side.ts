import type { Outcome } from '../../lib/relay/result.ts';
import type { ProviderLine } from './evidence.ts';

/** What the provider really received and applied of a change, and whether the published outcome agrees with it. */
export interface Agreement {
  received: number;
  applied: number;
  /** Undefined while there is no outcome. */
  agrees?: boolean;
}

/** Judges the provider's own log of one change's calls against its outcome. Readings don't count. */
export function agreementOf(calls: ProviderLine[], outcome: Outcome | undefined): Agreement {
  const writes = calls.filter(({ method }) => method !== 'GET');
  const received = writes.filter(({ kind }) => kind === 'received').length;
  const applied = writes.filter(({ kind }) => kind === 'applied').length;
  return { received, applied, ...(outcome !== undefined && { agrees: AGREES[outcome](applied) }) };
}

const AGREES: Readonly<Record<Outcome, (applied: number) => boolean>> = {
  succeeded: (applied) => applied > 0,
  rejected: (applied) => applied === 0,
  failed: (applied) => applied === 0,
  superseded: (applied) => applied === 0,
  // It claims nothing, so nothing can contradict it.
  unknown: () => true,
};
