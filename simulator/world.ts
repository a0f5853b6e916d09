import type { Owner } from './credentials.ts';
import type { Reply } from './errors.ts';
import type { Members } from './json.ts';
import type { Keys } from './keys.ts';
import type { Listener } from './listener.ts';
import type { Log } from './log.ts';
import type { Settings } from './settings.ts';
import type { Faults } from './strikes.ts';
import type { TaskStore } from './task-store.ts';
import type { Tokens } from './tokens.ts';

/** Everything one simulator remembers. */
export interface World {
  clock: () => number;
  settings: Settings;
  dcs: TaskStore;
  sms: TaskStore;
  keys: Keys;
  tokens: Tokens;
  faults: Faults;
  log: Log;
  listener: Pick<Listener, 'shut' | 'open'>;
  restore: (keepTasks: boolean) => void;
  closing: AbortSignal;
}

/** One call of a provider operation after routing: the ids from the path, the query, the body, whose credential it came with. */
export interface Call {
  project: string;
  task: string;
  query: URLSearchParams;
  contentType: string;
  body: Buffer;
  owner?: Owner | undefined;
}

/** What an operation answers, and what it changed, if it changed anything. */
export interface Result {
  reply: Reply;
  applied?: { before: Members; after: Members };
}

/** One provider operation: answers, or throws a Refusal. */
export type Operation = (world: World, call: Call) => Result;
