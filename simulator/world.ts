import type { Owner } from './credentials.ts';
import type { Reply } from './errors.ts';
import type { Faults } from './faults.ts';
import type { Members } from './json.ts';
import type { Keys } from './keys.ts';
import type { Listener } from './listener.ts';
import type { Log } from './log.ts';
import type { Settings } from './settings.ts';
import type { TaskStore } from './task-store.ts';
import type { Tokens } from './tokens.ts';

/** The state of one simulator. */
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
  reset: (keepTasks: boolean) => void;
  closing: AbortSignal;
}

/** One call of a provider operation: the ids in the path, the query, the body, and the owner of the credential. */
export interface Call {
  project: string;
  task: string;
  query: URLSearchParams;
  contentType: string;
  body: Buffer;
  owner?: Owner | undefined;
}

/** The reply of an operation, and what it changed, if anything. */
export interface Result {
  reply: Reply;
  applied?: { before: Members; after: Members };
}

/** A provider operation. It answers a call, or throws a ProviderError. */
export type Operation = (world: World, call: Call) => Result;
