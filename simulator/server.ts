import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { control } from './control.ts';
import { type Credentials, DEFAULT_CREDENTIALS } from './credentials.ts';
import { dcsKey, newDcsTask } from './dcs.ts';
import { exchange } from './exchange.ts';
import { createFaults } from './faults.ts';
import type { Members } from './json.ts';
import { createKeys } from './keys.ts';
import { createLog, type Entry } from './log.ts';
import { type Cloud, defaultSettings, type Settings } from './settings.ts';
import { createShelf } from './shelf.ts';
import { newSmsTask } from './sms-task.ts';
import { createTokens } from './tokens.ts';
import type { World } from './world.ts';

/** Tasks that exist from the start and after every reset; the other members are the task's own. */
export type StartTasks = {
  dcs?: ({ project_id: string; task_id: string } & Members)[];
  sms?: ({ task_id: string } & Members)[];
};

/** How a simulator starts; port 0 (the default) takes a free one, the clock counts milliseconds. */
export type Options = {
  port?: number;
  host?: '127.0.0.1' | '::1';
  cloud?: Cloud;
  credentials?: Credentials;
  settings?: Partial<Settings>;
  tasks?: StartTasks;
  clock?: () => number;
};

/** A running simulator. */
export type Simulator = { url: string; port: number; close(): Promise<void>; log(): Entry[] };

/** The gateway's limit for one header is 32 kB (token manual: a token alone can be many kB). */
const HEADER_LIMIT = 64 * 1024;

const seed = (world: World, { dcs = [], sms = [] }: StartTasks): void => {
  world.dcs.clear();
  world.sms.clear();
  for (const { project_id, task_id, ...task } of dcs) {
    world.dcs.create(dcsKey(project_id, task_id), newDcsTask(task_id, task, world.clock()));
  }
  for (const { task_id, ...task } of sms) world.sms.create(task_id, newSmsTask(task_id, task, world.clock()));
};

const createWorld = (options: Options, closing: AbortSignal): World => {
  const { clock = Date.now, cloud = 'huawei-cloud', credentials = DEFAULT_CREDENTIALS } = options;
  const settings = { ...defaultSettings(cloud), ...options.settings };
  const world: World = {
    clock,
    settings,
    closing,
    dcs: createShelf(clock),
    sms: createShelf(clock),
    keys: createKeys(credentials.accessKeys, clock),
    tokens: createTokens(credentials.users, clock, () => world.settings),
    faults: createFaults(),
    log: createLog(clock),
    restore: (keepTasks) => {
      world.keys.forget();
      world.tokens.forget();
      world.faults.clear();
      world.log.clear();
      world.settings = settings;
      if (!keepTasks) seed(world, options.tasks ?? {});
    },
  };
  seed(world, options.tasks ?? {});
  return world;
};

/** Ends the connection of a request that can no longer be answered: its client left, or the simulator closes. */
const abandon = (world: World, res: ServerResponse, reason: unknown): void => {
  res.destroy();
  const { code = '' } = reason as NodeJS.ErrnoException;
  const left = world.closing.aborted || ['ECONNRESET', 'ERR_STREAM_PREMATURE_CLOSE'].includes(code);
  if (!left) process.stderr.write(`simulator: ${reason instanceof Error ? reason.stack : String(reason)}\n`);
};

/** Starts a simulator on loopback and resolves once it listens; a taken port rejects with EADDRINUSE. */
export const startSimulator = async (options: Options = {}): Promise<Simulator> => {
  const closing = new AbortController();
  const world = createWorld(options, closing.signal);
  const server = createServer({ maxHeaderSize: HEADER_LIMIT }, (req: IncomingMessage, res: ServerResponse) => {
    const serve = (req.url ?? '').startsWith('/simulator/') ? control : exchange;
    serve(world, req, res).catch((reason: unknown) => abandon(world, res, reason));
  });
  const { host = '127.0.0.1', port = 0 } = options;
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, resolve);
  });
  const bound = (server.address() as AddressInfo).port;
  return {
    url: `http://${host === '::1' ? '[::1]' : host}:${bound}`,
    port: bound,
    log: world.log.entries,
    close: async () => {
      closing.abort();
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeAllConnections();
      await closed;
    },
  };
};
