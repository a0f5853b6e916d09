import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { isRunning, PROJECT } from '../../local/folders.ts';
import { STACK_FILE } from '../../local/stack-file.ts';

const samples = JSON.parse(readFileSync(`${PROJECT}/events/samples.json`, 'utf8')) as { outcome: string }[];
const started: ChildProcess[] = [];
afterEach(async () => {
  const running = started.splice(0).filter(({ exitCode, signalCode }) => exitCode === null && signalCode === null);
  for (const child of running) child.kill('SIGTERM');
  await Promise.all(running.map((child) => once(child, 'exit')));
});

/** Starts as `npm start` does, its output in pipes. */
function start(...args: string[]) {
  const child = spawn(process.execPath, ['local/start.ts', ...args], {
    cwd: PROJECT,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  started.push(child);
  const seen = { out: '', err: '' };
  child.stdout.on('data', (chunk) => {
    seen.out += chunk;
  });
  child.stderr.on('data', (chunk) => {
    seen.err += chunk;
  });
  const exit = new Promise<number | null>((resolve) => child.once('exit', resolve));
  return { child, seen, exit, closed: Promise.all([exit, text(child.stdout), text(child.stderr)]) };
}

const childrenOf = (pid: number | undefined) =>
  execFileSync('ps', ['-e', '-o', 'ppid=,pid='], { encoding: 'utf8' })
    .split('\n')
    .map((line) => line.trim().split(/\s+/).map(Number))
    .filter(([parent]) => parent === pid)
    .map(([, child = 0]) => child);

const until = (check: () => unknown) => vi.waitFor(check, { timeout: 40_000, interval: 50 });
const readyLines = (out: string) => out.match(/^ready {2}http:\/\/127\.0\.0\.1:\d+ .*$/gm) ?? [];
const portOf = (out: string) => Number(/^ready {2}http:\/\/127\.0\.0\.1:(\d+) /m.exec(out)?.[1]);

describe('npm start', { timeout: 60_000 }, () => {
  it('says ready once, in a pipe too, counts the outcomes, ends with the console and goes on serving', async () => {
    const { child, seen } = start('--port', '0');
    await until(() => expect(seen.out).toContain('\nconsole '));
    expect(readyLines(seen.out)).toHaveLength(1);
    expect(seen.out).toContain(`${samples.length} samples, all as expected`);
    expect(JSON.parse(readFileSync(STACK_FILE, 'utf8'))).toMatchObject({ pid: child.pid });

    expect(seen.out).toMatch(/^ {2}\d+ succeeded, \d+ rejected on purpose, /m);
    expect(seen.out.trimEnd().split('\n').at(-1)).toMatch(/^console {4}http:\/\/127\.0\.0\.1:\d+ /);
    expect(seen.out.split('\n').filter((line) => line.length > 80)).toEqual([]);
    expect(seen.out).not.toContain('\u001b[');
  });

  it('shows a row for each sample and a signed curl command if asked, and a row for each change that comes', async () => {
    const { seen } = start('--port', '0', '--samples');
    await until(() => expect(seen.out).toContain('\nconsole '));
    const rows = seen.out.match(/^ {2}\S+ +(succeeded|rejected|superseded|unknown|failed) .*$/gm) ?? [];
    expect(rows).toHaveLength(samples.length);
    expect(rows.filter((row) => row.length > 80)).toEqual([]);

    const before = seen.out.length;
    const curl = /^curl .*$/m.exec(seen.out)?.[0] ?? '';
    expect(execFileSync('sh', ['-c', `${curl} -s`], { encoding: 'utf8' })).toMatch(/^HTTP\/1.1 202 /);
    await until(() => expect(seen.out.slice(before)).toMatch(/^ {2}curl-\d+ .* succeeded /m));
  });

  it.each(['SIGINT', 'SIGTERM'] as const)('ends with all its children within 2 s of %s', async (signal) => {
    const { child, seen, exit } = start('--port', '0');
    await until(() => expect(readyLines(seen.out)).toHaveLength(1));
    const workers = childrenOf(child.pid);
    expect(workers.length).toBeGreaterThanOrEqual(3);
    const asked = performance.now();
    child.kill(signal);
    expect(await exit).toBe(0);
    expect(performance.now() - asked).toBeLessThan(2000);
    expect(workers.filter(isRunning)).toEqual([]);
  });

  it('refuses a port that is taken, and says how to find its holder', async () => {
    const { seen } = start('--port', '0');
    await until(() => expect(readyLines(seen.out)).toHaveLength(1));
    const port = portOf(seen.out);
    const second = start('--port', String(port));
    expect(await second.exit).toBe(1);
    expect(second.seen.err).toContain(`port ${port} is taken`);
    expect(second.seen.err).toMatch(/who holds it: {2}(ss|lsof) /);
  });

  it('refuses an option that it does not know', async () => {
    const { exit, seen } = start('--prot', '1');
    expect(await exit).toBe(1);
    expect(seen.err).toContain("Unknown option '--prot'");
  });
});

describe('npm start -- --once --json', { timeout: 60_000 }, () => {
  it('writes the result events to stdout and nothing else, and succeeds', async () => {
    const { closed, seen } = start('--once', '--json');
    expect((await closed)[0]).toBe(0);
    const lines = seen.out.trimEnd().split('\n');
    const outcomes = lines.map((line) => JSON.parse(line).data.outcome as string);
    expect(outcomes.sort()).toEqual(samples.map(({ outcome }) => outcome).sort());
    expect(readyLines(seen.err)).toHaveLength(1);
  });

  it('leaves a slow reader every event', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'slow-reader-'));
    onTestFinished(() => rm(folder, { recursive: true, force: true }));
    // The pipe takes 64 KiB and is nearly full beforehand; it is read only some time after the last event was written.
    const full = String.raw`head -c 65000 /dev/zero | tr "\0" "\n"`;
    const run = `${full}; "${process.execPath}" local/start.ts --once --json; echo "ended $?" >&2`;
    const child = spawn('sh', ['-c', `{ ${run}; } | { while [ ! -e "${folder}/go" ]; do sleep 0.1; done; cat; }`], {
      cwd: PROJECT,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    started.push(child);
    let err = '';
    child.stderr.on('data', (chunk) => {
      err += chunk;
    });
    const out = text(child.stdout);
    await until(() => expect(err).toContain('all as expected'));
    await sleep(2500);
    await writeFile(join(folder, 'go'), '');
    const lines = (await out).trim().split('\n');
    expect(lines.map((line) => JSON.parse(line).specversion)).toEqual(samples.map(() => '1.0'));
    await until(() => expect(err).toMatch(/^ended 0$/m));
  });

  it('ends without a word when its reader has enough', async () => {
    const line = `{ "${process.execPath}" local/start.ts --once --json 2>err; echo "ended $?" >&2; } | head -n 1`;
    const folder = await mkdtemp(join(tmpdir(), 'early-reader-'));
    onTestFinished(() => rm(folder, { recursive: true, force: true }));
    const child = spawn('sh', ['-c', line.replace('2>err', `2>"${folder}/err"`)], { cwd: PROJECT });
    started.push(child);
    const [out] = await Promise.all([text(child.stdout), once(child, 'exit')]);
    expect(out.trim().split('\n')).toHaveLength(1);
    expect(await readFile(join(folder, 'err'), 'utf8')).not.toMatch(/^ +at |EPIPE/m);
  });
});

describe('npm start behind a proxy', () => {
  it('says what fetch hides, and how to go without the proxy', async () => {
    const env = { ...process.env, NODE_USE_ENV_PROXY: '1', HTTP_PROXY: 'http://127.0.0.1:9', NO_PROXY: '' };
    const child = spawn(process.execPath, ['local/start.ts', '--once', '--json'], { cwd: PROJECT, env });
    started.push(child);
    const [err, [code]] = await Promise.all([text(child.stderr), once(child, 'exit')]);
    expect({ code, err }).toEqual({ code: 1, err: expect.stringMatching(/ECONNREFUSED.*set NO_PROXY=127\.0\.0\.1/) });
  });
});
