import type { IncomingMessage, ServerResponse } from 'node:http';
import { control } from './control.ts';
import { type Credentials, DEFAULT_CREDENTIALS } from './credentials.ts';
import { dcsKey, newDcsTask } from './dcs.ts';
import { exchange } from './exchange.ts';
import type { Members } from './json.ts';
import { createKeys } from './keys.ts';
import { openListener } from './listener.ts';
import { createLog, type Entry } from './log.ts';
import { type Cloud, defaultSettings, type Settings } from './settings.ts';
import { newSmsTask } from './sms-task.ts';
import { createFaults } from './strikes.ts';
import { createTaskStore } from './task-store.ts';
import { createTokens } from './tokens.ts';
import type { World } from './world.ts';

/** Tasks that exist from the start and after every reset; the other members are the task's own. */
interface StartTasks {
  dcs?: ({ project_id: string; task_id: string } & Members)[];
  sms?: ({ task_id: string } & Members)[];
}

/**
 * How a simulator starts; port 0 (the default) takes a free one, the clock counts milliseconds. With a control port it can
 * be steered while its own port refuses connections.
 */
export interface Options {
  port?: number;
  controlPort?: number;
  host?: '127.0.0.1' | '::1';
  cloud?: Cloud;
  credentials?: Credentials;
  settings?: Partial<Settings>;
  tasks?: StartTasks;
  clock?: () => number;
}

/** A running simulator; without a control port its control address is its own. */
export interface Simulator {
  url: string;
  controlUrl: string;
  port: number;
  close(): Promise<void>;
  log(): Entry[];
}

function seed(world: World, { dcs = [], sms = [] }: StartTasks): void {
  world.dcs.clear();
  world.sms.clear();
  for (const { project_id, task_id, ...task } of dcs) {
    world.dcs.create(dcsKey(project_id, task_id), newDcsTask(task_id, task, world.clock()));
  }
  for (const { task_id, ...task } of sms) world.sms.create(task_id, newSmsTask(task_id, task, world.clock()));
}

/** Until the simulator listens. */
const NO_LISTENER: World['listener'] = { shut: () => {}, open: () => {} };

function createWorld(options: Options, closing: AbortSignal): World {
  const { clock = Date.now, cloud = 'huawei-cloud', credentials = DEFAULT_CREDENTIALS } = options;
  const settings = { ...defaultSettings(cloud), ...options.settings };
  const world: World = {
    clock,
    settings,
    closing,
    dcs: createTaskStore(clock),
    sms: createTaskStore(clock),
    keys: createKeys(credentials.accessKeys, clock),
    tokens: createTokens(credentials.users, clock, () => world.settings),
    faults: createFaults(),
    log: createLog(clock),
    listener: NO_LISTENER,
    restore: (keepTasks) => {
      world.keys.forget();
      world.tokens.forget();
      world.faults.clear();
      world.listener.open();
      world.log.clear();
      world.settings = settings;
      if (!keepTasks) seed(world, options.tasks ?? {});
    },
  };
  seed(world, options.tasks ?? {});
  return world;
}

/** Ends the connection of a request that can no longer be answered: its client left, or the simulator closes. */
function abandon(world: World, res: ServerResponse, reason: unknown): void {
  res.destroy();
  const { code = '' } = reason as NodeJS.ErrnoException;
  const left = world.closing.aborted || ['ECONNRESET', 'ERR_STREAM_PREMATURE_CLOSE'].includes(code);
  if (!left) process.stderr.write(`simulator: ${reason instanceof Error ? reason.stack : String(reason)}\n`);
}

/** Starts a simulator on loopback and resolves once it listens; a taken port rejects with EADDRINUSE. */
export async function startSimulator(options: Options = {}): Promise<Simulator> {
  const closing = new AbortController();
  const world = createWorld(options, closing.signal);
  const serve = (req: IncomingMessage, res: ServerResponse): void => {
    const answer = (req.url ?? '').startsWith('/simulator/') ? control : exchange;
    answer(world, req, res).catch((reason: unknown) => abandon(world, res, reason));
  };
  const { host = '127.0.0.1', port = 0, controlPort } = options;
  const listener = await openListener(serve, host, port);
  const unlessOpened = async (reason: unknown): Promise<never> => {
    await listener.close();
    throw reason;
  };
  const side = controlPort === undefined ? undefined : await openListener(serve, host, controlPort).catch(unlessOpened);
  world.listener = listener;
  const urlOf = (bound: number): string => `http://${host === '::1' ? '[::1]' : host}:${bound}`;
  return {
    url: urlOf(listener.port),
    controlUrl: urlOf((side ?? listener).port),
    port: listener.port,
    log: world.log.entries,
    close: async () => {
      closing.abort();
      await Promise.all([listener.close(), side?.close()]);
    },
  };
}
