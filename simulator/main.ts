import { parseArgs } from 'node:util';
import { DEFAULT_USER } from './credentials.ts';
import { startSimulator } from './server.ts';
import { Cloud } from './settings.ts';
import { readStartFile } from './start-file.ts';
import { readStartFlags } from './start-flags.ts';

const DEFAULT_PORT = '8080';
const HOSTS: Record<string, '127.0.0.1' | '::1'> = { '127.0.0.1': '127.0.0.1', localhost: '127.0.0.1', '::1': '::1' };

const HELP = `npm run simulator -- [options]

  --port N           the port of the provider's APIs (${DEFAULT_PORT}); 0 for any free one
  --host HOST        ${Object.keys(HOSTS).join(', ')} (127.0.0.1)
  --control-port N   a second port, which also answers while the first refuses connections
  --cloud CLOUD      ${Cloud.options.join(' or ')}
  --start FILE       a JSON file with keys, users, tasks, source servers and settings

To add to the file or to the defaults, each as often as you like:

  --access-key ACCESS:SECRET    a key
  --user NAME:PASSWORD          a user of the account ${DEFAULT_USER.domain}
  --task dcs/PROJECT/TASK=STATUS, --task sms/TASK=STATE
                                a task; without =... it waits: RUNNING in DCS, READY in SMS
  --setting NAME=VALUE          a setting, such as moves_after_ms=2000`;

const TEXTS = { type: 'string', multiple: true } as const;

/** Prints an error. Nothing is open yet, so the process ends by itself. */
function fail(message: string, exitCode: number): void {
  process.stderr.write(`simulator: ${message}\n`);
  process.exitCode = exitCode;
}

/** Reads the command line; undefined when help is wanted. Throws an Error that names what is wrong. */
function readFlags() {
  const { values } = parseArgs({
    options: {
      port: { type: 'string', default: DEFAULT_PORT },
      host: { type: 'string', default: '127.0.0.1' },
      'control-port': { type: 'string' },
      cloud: { type: 'string' },
      start: { type: 'string' },
      'access-key': TEXTS,
      user: TEXTS,
      task: TEXTS,
      setting: TEXTS,
      help: { type: 'boolean', short: 'h' },
    },
  });
  if (values.help) return undefined;
  const control = values['control-port'];
  const host = HOSTS[values.host];
  if (host === undefined)
    throw new Error(`--host ${values.host} is not loopback: use ${Object.keys(HOSTS).join(', ')}`);
  return {
    start: values.start,
    addTo: readStartFlags(values),
    ...(values.cloud !== undefined && { cloud: readCloud(values.cloud) }),
    port: readPort('port', values.port),
    ...(control !== undefined && { controlPort: readPort('control-port', control) }),
    host,
  };
}

function readCloud(text: string): Cloud {
  const cloud = Cloud.safeParse(text);
  if (!cloud.success) throw new Error(`--cloud ${text} is unknown: use ${Cloud.options.join(' or ')}`);
  return cloud.data;
}

function readPort(flag: string, text: string): number {
  const port = Number(text);
  if (!Number.isInteger(port) || port < 0 || port > 65_535) throw new Error(`--${flag} ${text} is not a port`);
  return port;
}

function explain(reason: unknown): string {
  const { code, port, message } = reason as NodeJS.ErrnoException & { port?: number };
  return code === 'EADDRINUSE' ? `port ${port} is taken; choose another with --port` : message;
}

async function serve({ start, addTo, ...flags }: NonNullable<ReturnType<typeof readFlags>>): Promise<void> {
  const fromFile = start === undefined ? {} : readStartFile(start);
  const simulator = await startSimulator({ ...addTo(fromFile), ...flags });
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void simulator.close());
  const { url, controlUrl } = simulator;
  process.stdout.write(controlUrl === url ? `ready ${url}\n` : `ready ${url}, control ${controlUrl}\n`);
}

/** Reads the command line and serves; the exit code is 2 if the command line is wrong. */
async function main(): Promise<void> {
  let flags: ReturnType<typeof readFlags>;
  try {
    flags = readFlags();
  } catch (reason) {
    return fail(explain(reason), 2);
  }
  if (flags) await serve(flags).catch((reason) => fail(explain(reason), 1));
  else process.stdout.write(`${HELP}\n`);
}

await main();
