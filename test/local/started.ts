import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { vi } from 'vitest';
import { PROJECT } from '../../local/folders.ts';

const started: ChildProcess[] = [];

/** Runs a command in the project's folder, or another, with its output in pipes, until `endStarted` at the latest. */
export function run(command: string, args: string[], env = process.env, cwd = PROJECT) {
  const child = spawn(command, args, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] });
  started.push(child);
  const output = { out: '', err: '' };
  child.stdout.on('data', (chunk) => {
    output.out += chunk;
  });
  child.stderr.on('data', (chunk) => {
    output.err += chunk;
  });
  const exit = new Promise<number | null>((resolve) => child.once('exit', resolve));
  return { child, output, exit, closed: Promise.all([exit, text(child.stdout), text(child.stderr)]) };
}

/** Starts as `npm start` does. */
export const start = (...args: string[]) => run(process.execPath, ['local/start.ts', ...args]);
export type StartedStack = ReturnType<typeof start>;

/** Ends everything that still runs, and waits until it has ended. */
export async function endStarted(): Promise<void> {
  const running = started.splice(0).filter(({ exitCode, signalCode }) => exitCode === null && signalCode === null);
  for (const child of running) child.kill('SIGTERM');
  await Promise.all(running.map((child) => once(child, 'exit')));
}

export const childrenOf = (pid: number | undefined) =>
  execFileSync('ps', ['-e', '-o', 'ppid=,pid='], { encoding: 'utf8' })
    .split('\n')
    .map((line) => line.trim().split(/\s+/).map(Number))
    .filter(([parent]) => parent === pid)
    .map(([, child = 0]) => child);

export const until = (check: () => unknown) => vi.waitFor(check, { timeout: 40_000, interval: 50 });
export const readyLines = (out: string) => out.match(/^ready {2}http:\/\/127\.0\.0\.1:\d+ .*$/gm) ?? [];
