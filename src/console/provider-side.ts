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
  /** The caller had gone before the reply. */
  gone: boolean;
  /** A fault struck it. */
  struck: boolean;
  applied: boolean;
  /** What it changed of the task. */
  moved: { path: string; before: string; after: string }[];
}

/** The calls that one change made; undefined where nobody knows them. */
export type CallsOf = (known: KnownChange) => ProviderLine[] | undefined;

/** The provider's own log, where the stage has a simulator. */
export interface ProviderSide {
  /** Looks up the calls of each change among the others of its task. */
  among(others: KnownChange[]): CallsOf;
  /** Told of a change that is shown no more. */
  forget(known: KnownChange): void;
  view(calls: ProviderLine[]): CallView[];
}
