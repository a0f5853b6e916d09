/** An entry of the append-only log. `n` counts from 1 and goes on after a reset. */
export interface Entry {
  n: number;
  at: string;
  kind: 'received' | 'applied' | 'answered' | 'fault';
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
  after(n: number, limit: number): { entries: Entry[]; next: number };
  clear(): void;
}

/** An empty log that dates its entries by the clock (milliseconds). */
export function createLog(clock: () => number): Log {
  let entries: Entry[] = [];
  let last = 0;
  return {
    add: (line) => {
      last += 1;
      entries.push({ n: last, at: new Date(clock()).toISOString(), ...line });
    },
    entries: () => entries,
    after: (n, limit) => {
      const first = last - entries.length + 1;
      const from = Math.max(0, n - first + 1);
      const page = entries.slice(from, from + limit);
      return { entries: page, next: page.at(-1)?.n ?? Math.min(n, last) };
    },
    clear: () => {
      entries = [];
    },
  };
}
