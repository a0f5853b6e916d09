import type { ProviderLine } from '../operator/story/evidence.ts';
import type { KnownChange } from './known.ts';

/** One call as the provider saw it, masked. */
export interface CallView {
  at: number;
  request: string;
  operation: string;
  method: string;
  path: string;
  headers: Record<string, string>;
  body?: string;
  status?: number;
  code?: string;
  reply?: string;
  /** True if the caller had disconnected before the reply. */
  gone: boolean;
  /** True if a simulated fault affected it. */
  hasFault: boolean;
  applied: boolean;
  /** What it changed of the task. */
  moved: { path: string; before: string; after: string }[];
}

/** The calls that one change made; undefined if they are not known. */
export type CallsOf = (known: KnownChange) => ProviderLine[] | undefined;

/** The provider's own log, where the stage has a simulator. */
export interface ProviderSide {
  /** Finds the calls of a change, given the other changes of its task. */
  among(others: KnownChange[]): CallsOf;
  /** To be called with a change that is no longer shown. */
  forget(known: KnownChange): void;
  view(calls: ProviderLine[]): CallView[];
}
