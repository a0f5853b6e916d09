/** What an entry can tell, in the order of a call. README.md explains each. */
export const KINDS = ['received', 'fault', 'applied', 'answered', 'landed'] as const;

/** An entry of the append-only log. `n` counts from 1 and goes on after a reset. */
export interface Entry {
  n: number;
  at: string;
  kind: (typeof KINDS)[number];
  request: string;
  service: string;
  operation: string;
  method: string;
  path: string;
  task?: string;
  project?: string;
  source?: string;
  job?: string;
  caller?: string;
  headers?: Record<string, string>;
  body?: string;
  status?: number;
  code?: string;
  reply?: unknown;
  gone?: true;
  fault?: string;
  before?: unknown;
  after?: unknown;
}

/** An entry before the log numbers and dates it. */
export type NewEntry = Omit<Entry, 'n' | 'at'>;

export interface Log {
  add(line: NewEntry): void;
  entries(): Entry[];
  /** The entries with a higher number, oldest first. */
  after(n: number): Entry[];
  /** The number of the newest entry. 0 if there has been none. */
  last(): number;
  /** Calls a listener at every new entry, until the function that this gives is called. */
  onAdd(listener: (entry: Entry) => void): () => void;
  clear(): void;
}

/** An empty log that dates its entries by the clock (milliseconds). */
export function createLog(clock: () => number): Log {
  let entries: Entry[] = [];
  let last = 0;
  const listeners = new Set<(entry: Entry) => void>();
  return {
    add: (line) => {
      last += 1;
      const entry = { n: last, at: new Date(clock()).toISOString(), ...line };
      entries.push(entry);
      for (const listener of listeners) listener(entry);
    },
    entries: () => entries,
    after: (n) => entries.slice(Math.max(0, n - (last - entries.length))),
    last: () => last,
    onAdd: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    clear: () => {
      entries = [];
    },
  };
}
