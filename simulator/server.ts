import type { IncomingMessage, ServerResponse } from 'node:http';
import { createClock } from './clock.ts';
import { control } from './control.ts';
import { type Credentials, DEFAULT_CREDENTIALS } from './credentials.ts';
import { exchange } from './exchange.ts';
import { createFaults } from './faults.ts';
import { createKeys } from './keys.ts';
import { openListener } from './listener.ts';
import { createLog, type Entry } from './log.ts';
import { type Cloud, defaultSettings, type Settings } from './settings.ts';
import { createStartTasks, type StartSources, type StartTasks } from './start-tasks.ts';
import { createStore } from './store.ts';
import { createTokens } from './tokens.ts';
import type { World } from './world.ts';

/**
 * The options of a simulator. Port 0, the default, takes a free one. The clock gives milliseconds since 1970. The control port
 * also answers while the other port refuses connections.
 */
export interface Options {
  port?: number;
  controlPort?: number;
  host?: '127.0.0.1' | '::1';
  cloud?: Cloud;
  credentials?: Credentials;
  settings?: Partial<Settings>;
  tasks?: StartTasks;
  sources?: StartSources;
  clock?: () => number;
}

/** A running simulator. Without a control port, `controlUrl` is equal to `url`. */
export interface Simulator {
  url: string;
  controlUrl: string;
  port: number;
  close(): Promise<void>;
  log(): Entry[];
}

/** Stands in for the listener until the simulator listens. */
const NO_LISTENER: World['listener'] = { shut: () => {}, open: () => {} };

function createWorld(options: Options, closing: AbortSignal): World {
  const { cloud = 'huawei-cloud', credentials = DEFAULT_CREDENTIALS } = options;
  const { now: clock, move, ahead } = createClock(options.clock ?? Date.now);
  const settings = { ...defaultSettings(cloud), ...options.settings };
  const world: World = {
    clock,
    moveClock: (ms) => {
      move(ms);
      // Reads ask what was there until now, so nothing may have happened later.
      if (ms < 0) for (const store of [world.dcs, world.sms, world.sources]) store.shift(ms);
    },
    settings,
    closing,
    dcs: createStore(clock),
    sms: createStore(clock),
    sources: createStore(clock),
    keys: createKeys(credentials.accessKeys, clock),
    tokens: createTokens(credentials.users, clock, () => world.settings),
    faults: createFaults(),
    log: createLog(clock),
    listener: NO_LISTENER,
    resets: 0,
    reset: (keepTasks) => {
      world.resets += 1;
      world.moveClock(-ahead());
      world.keys.reset();
      world.tokens.reset();
      world.faults.clear();
      world.listener.open();
      world.log.clear();
      world.settings = settings;
      if (!keepTasks) createStartTasks(world, options.tasks, options.sources);
    },
  };
  createStartTasks(world, options.tasks, options.sources);
  return world;
}

/** Ends the connection of a request that can't be answered any more, because its client disconnected or the simulator closes. */
function abandon(world: World, res: ServerResponse, reason: unknown): void {
  res.destroy();
  const { code = '' } = reason as NodeJS.ErrnoException;
  const left = world.closing.aborted || ['ECONNRESET', 'ERR_STREAM_PREMATURE_CLOSE'].includes(code);
  if (!left) process.stderr.write(`simulator: ${reason instanceof Error ? reason.stack : String(reason)}\n`);
}

/** Starts a simulator on loopback and resolves when it listens. A port in use rejects with EADDRINUSE. */
export async function startSimulator(options: Options = {}): Promise<Simulator> {
  const closing = new AbortController();
  const world = createWorld(options, closing.signal);
  const serve = (req: IncomingMessage, res: ServerResponse): void => {
    const answer = (req.url ?? '').startsWith('/simulator/') ? control : exchange;
    answer(world, req, res).catch((reason: unknown) => abandon(world, res, reason));
  };
  const { host = '127.0.0.1', port = 0, controlPort } = options;
  const listener = await openListener(serve, host, port);
  const closeFirst = async (reason: unknown): Promise<never> => {
    await listener.close();
    throw reason;
  };
  const controlListener =
    controlPort === undefined ? undefined : await openListener(serve, host, controlPort).catch(closeFirst);
  world.listener = listener;
  const urlOf = (bound: number): string => `http://${host === '::1' ? '[::1]' : host}:${bound}`;
  return {
    url: urlOf(listener.port),
    controlUrl: urlOf((controlListener ?? listener).port),
    port: listener.port,
    log: world.log.entries,
    close: async () => {
      closing.abort();
      await Promise.all([listener.close(), controlListener?.close()]);
    },
  };
}
