import type { Owner } from './credentials.ts';
import type { Door } from './door.ts';
import type { Reply } from './errors.ts';
import type { Members } from './json.ts';
import type { Keys } from './keys.ts';
import type { Log } from './log.ts';
import type { Settings } from './settings.ts';
import type { Shelf } from './shelf.ts';
import type { Faults } from './strikes.ts';
import type { Tokens } from './tokens.ts';

/** Everything one simulator remembers. */
export type World = {
  clock: () => number;
  settings: Settings;
  dcs: Shelf;
  sms: Shelf;
  keys: Keys;
  tokens: Tokens;
  faults: Faults;
  log: Log;
  door: Pick<Door, 'shut' | 'open'>;
  restore: (keepTasks: boolean) => void;
  closing: AbortSignal;
};

/** One call of a provider operation after routing: the ids from the path, the query, the body, whose credential it came with. */
export type Call = {
  project: string;
  task: string;
  query: URLSearchParams;
  contentType: string;
  body: Buffer;
  owner?: Owner | undefined;
};

/** What an operation answers, and what it changed, if it changed anything. */
export type Result = { reply: Reply; applied?: { before: Members; after: Members } };

/** One provider operation: answers, or throws a Refusal. */
export type Operation = (world: World, call: Call) => Result;
