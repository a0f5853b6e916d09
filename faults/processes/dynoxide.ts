import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { createTable, type Tables } from '../../stand-ins/dynamodb/server.ts';
import { close, listen } from '../../stand-ins/listen.ts';

/** The program of the optional database; undefined where it isn't installed. */
export function findDynoxide(): string | undefined {
  try {
    const manifest = createRequire(import.meta.url).resolve('@dynoxide/linux-x64/package.json');
    return join(dirname(manifest), 'dynoxide');
  } catch {
    return undefined;
  }
}

/** Starts DynamoDB as a process of its own, in memory, on the loopback interface. Throws an Error if it isn't installed. */
export async function startDynoxide(region: string): Promise<Tables> {
  const program = findDynoxide();
  if (!program) throw new Error('the optional package @dynoxide/linux-x64 is not installed here');
  const url = await freeAddress();
  const child = spawn(program, ['serve', '--host', '127.0.0.1', '--port', new URL(url).port], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {},
  });
  const end = () => void child.kill('SIGKILL');
  process.once('exit', end);
  const exit = once(child, 'exit');
  const firstLines = [child.stdout, child.stderr].map((input) => once(createInterface({ input }), 'line'));
  const [line] = await Promise.race([...firstLines, exit]);
  if (!String(line).includes('listening')) throw new Error(`dynoxide did not start: ${line}`);
  return {
    url,
    create: (table) => createTable(url, region, table),
    async close() {
      end();
      await exit;
      process.off('exit', end);
    },
  };
}

async function freeAddress(): Promise<string> {
  const server = createServer();
  const url = await listen(server);
  await close(server);
  return url;
}
