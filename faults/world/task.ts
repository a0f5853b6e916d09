import type { Service } from '../../src/lib/operations/operation.ts';

export type Values = Record<string, unknown>;

/** A subject of the provider: a task, a source server, or a name under which tasks are created. It has only current values, whoever wrote them. */
export interface CloudTask {
  service: Service;
  isSource?: true;
  isName?: true;
  values: Values;
  /** When the task moves to another state by itself. */
  movesAt?: number;
  /** When a running exchange of addresses ends. */
  exchangeEndsAt?: number;
}
