import { parseArgs } from 'node:util';
import { startSimulator } from './server.ts';
import { Cloud } from './settings.ts';
import { readStartFile } from './start-file.ts';

const DEFAULT_PORT = '8080';
const HOSTS: Record<string, '127.0.0.1' | '::1'> = { '127.0.0.1': '127.0.0.1', localhost: '127.0.0.1', '::1': '::1' };

/** Nothing is open yet, so the process ends by itself. */
const fail = (message: string): void => {
  process.stderr.write(`simulator: ${message}\n`);
  process.exitCode = 1;
};

const readFlags = () => {
  const { values } = parseArgs({
    options: {
      port: { type: 'string', default: DEFAULT_PORT },
      host: { type: 'string', default: '127.0.0.1' },
      'control-port': { type: 'string' },
      cloud: { type: 'string' },
      start: { type: 'string' },
    },
  });
  const control = values['control-port'];
  const host = HOSTS[values.host];
  if (host === undefined)
    throw new Error(`--host ${values.host} is not loopback: use ${Object.keys(HOSTS).join(', ')}`);
  return {
    ...(values.start !== undefined && readStartFile(values.start)),
    ...(values.cloud !== undefined && { cloud: readCloud(values.cloud) }),
    port: readPort('port', values.port),
    ...(control !== undefined && { controlPort: readPort('control-port', control) }),
    host,
  };
};

const readCloud = (text: string): Cloud => {
  const cloud = Cloud.safeParse(text);
  if (!cloud.success) throw new Error(`--cloud ${text} is unknown: use ${Cloud.options.join(' or ')}`);
  return cloud.data;
};

const readPort = (flag: string, text: string): number => {
  const port = Number(text);
  if (!Number.isInteger(port) || port < 0 || port > 65_535) throw new Error(`--${flag} ${text} is not a port`);
  return port;
};

const explain = (reason: unknown): string => {
  const { code, port, message } = reason as NodeJS.ErrnoException & { port?: number };
  return code === 'EADDRINUSE' ? `port ${port} is taken; choose another with --port` : message;
};

try {
  const simulator = await startSimulator(readFlags());
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void simulator.close());
  const { url, controlUrl } = simulator;
  process.stdout.write(controlUrl === url ? `ready ${url}\n` : `ready ${url}, control ${controlUrl}\n`);
} catch (reason) {
  fail(explain(reason));
}
