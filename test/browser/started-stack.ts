import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { setTimeout as wait } from 'node:timers/promises';
import { PROJECT } from '../../local/folders.ts';

const DEADLINE = 60_000;

/** Starts the stack as `npm start` does, on a free port, and waits until its samples have ended. */
export async function startStack() {
  const child = spawn(process.execPath, ['local/start.ts', '--port', '0'], {
    cwd: PROJECT,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let out = '';
  child.stdout.on('data', (chunk) => {
    out += chunk;
  });
  const stop = async () => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    child.kill('SIGTERM');
    await once(child, 'exit');
  };
  for (let left = DEADLINE; !out.includes('\nconsole '); left -= 100) {
    if (left <= 0 || child.exitCode !== null) {
      await stop();
      throw new Error(`the stack did not start: ${out}`);
    }
    await wait(100);
  }
  const [, url = ''] = /^ready {2}(http:\S+)/m.exec(out) ?? [];
  const file = JSON.parse(await readFile(`${PROJECT}/.local/stack.json`, 'utf8')) as {
    queues: { dcs: string };
    simulatorUrl: string;
    endpoints: Record<string, string>;
  };
  return { url, ...file, stop };
}
export type StartedStack = Awaited<ReturnType<typeof startStack>>;
