import type { Call } from './calls.ts';
import type { Values } from './task.ts';

/** A task that a request or somebody else created, and when lists show it first. */
export interface NewTask {
  id: string;
  listedFrom: number;
}

/** A page of a list: the number of its first element, the ids on it, and the number of elements on all pages. */
export interface Page {
  offset: number;
  ids: string[];
  count: number;
}

/** An entry of the provider's own log, which is what the checker believes. */
export type LogEntry = { at: number; task: string } & (
  | {
      kind: 'request';
      uid: string;
      request: number;
      path: string;
      /** Undefined if no byte of a body was sent. */
      body: Values | undefined;
      behaviour: string;
      call?: Call;
    }
  | { kind: 'apply'; uid: string; request: number; values: Values; made?: NewTask }
  /** A read of a list has a page instead of the values of a task. */
  | { kind: 'read'; uid: string; values: Values | undefined; page?: Page }
  | { kind: 'outsider'; values: Values; made?: NewTask; deleted?: string }
);
