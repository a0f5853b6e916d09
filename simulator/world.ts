import type { Owner } from './credentials.ts';
import type { Reply } from './errors.ts';
import type { Faults } from './faults.ts';
import type { Members } from './json.ts';
import type { Keys } from './keys.ts';
import type { Listener } from './listener.ts';
import type { Log } from './log.ts';
import type { Settings } from './settings.ts';
import type { Store } from './store.ts';
import type { Tokens } from './tokens.ts';

/** The state of one simulator. */
export interface World {
  clock: () => number;
  /** Moves the clock on or back by some milliseconds. */
  moveClock: (ms: number) => void;
  settings: Settings;
  dcs: Store;
  sms: Store;
  /** The source servers of SMS. */
  sources: Store;
  keys: Keys;
  tokens: Tokens;
  faults: Faults;
  log: Log;
  listener: Pick<Listener, 'shut' | 'open'>;
  reset: (keepTasks: boolean) => void;
  /** How often it was reset. */
  resets: number;
  closing: AbortSignal;
}

/** The ids in the path of a call. An id that the path does not have is empty. */
export interface PathIds {
  project: string;
  task: string;
  source: string;
  job: string;
}

/** One call of a provider operation: the ids in the path, the query, the body, and the owner of the credential. */
export interface Call extends PathIds {
  query: URLSearchParams;
  contentType: string;
  body: Buffer;
  owner?: Owner | undefined;
}

/** What an operation changed. `task` names a task that the path does not. `before` is empty for what is new, `after` for what is gone. */
export interface Applied {
  task?: string;
  before: Members;
  after: Members;
}

/** The reply of an operation, and what it changed, if anything. */
export interface Result {
  reply: Reply;
  applied?: Applied[];
}

/** A provider operation. It answers a call, or throws a ProviderError. */
export type Operation = (world: World, call: Call) => Result;
