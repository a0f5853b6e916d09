import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { PROJECT } from '../../local/folders.ts';
import { isRunning, STACK_FILE } from '../../src/operator/stage/local-stack.ts';
import { childrenOf, endStarted, readyLines, run, type StartedStack, start, until } from './started.ts';

const samples = JSON.parse(readFileSync(`${PROJECT}/events/samples.json`, 'utf8')) as { outcome: string }[];
afterAll(endStarted);

const portOf = (out: string) => Number(/^ready {2}http:\/\/127\.0\.0\.1:(\d+) /m.exec(out)?.[1]);

/** Starts, and waits until the samples have ended. */
async function serving(...args: string[]): Promise<StartedStack> {
  const started = start('--port', '0', ...args);
  await until(() => expect(started.output.out).toContain('\nconsole '));
  return started;
}

async function expectEnd({ child, exit }: StartedStack, signal: NodeJS.Signals): Promise<void> {
  const workers = childrenOf(child.pid);
  expect(workers.length).toBeGreaterThanOrEqual(3);
  child.kill(signal);
  expect(await exit).toBe(0);
  expect(workers.filter(isRunning)).toEqual([]);
}

describe('npm start', { timeout: 60_000 }, () => {
  let served: StartedStack;
  beforeAll(async () => {
    served = await serving();
  }, 60_000);

  it('prints ready once, also in a pipe, then the outcomes and last the console, and goes on serving', () => {
    const { child, output } = served;
    expect(readyLines(output.out)).toHaveLength(1);
    expect(output.out.match(/^!.*$/gm)).toBeNull();
    expect(output.out).toContain(`${samples.length} samples, all as expected`);
    expect(JSON.parse(readFileSync(STACK_FILE, 'utf8'))).toMatchObject({ pid: child.pid });

    expect(output.out).toMatch(/^ {2}\d+ succeeded, \d+ rejected on purpose, /m);
    expect(output.out.trimEnd().split('\n').at(-1)).toMatch(/^console {4}http:\/\/127\.0\.0\.1:\d+ /);
    expect(output.out.split('\n').filter((line) => line.length > 80)).toEqual([]);
    expect(output.out).not.toContain('\u001b[');
  });

  it('refuses a port that is in use, and says how to find the program', async () => {
    const port = portOf(served.output.out);
    const second = start('--port', String(port));
    expect(await second.exit).toBe(1);
    expect(second.output.err).toContain(`port ${port} is in use`);
    expect(second.output.err).toMatch(/by which program: (ss|lsof) /);
  });

  it('ends with all its children at SIGINT', () => expectEnd(served, 'SIGINT'));

  it('refuses an option that it does not know', async () => {
    const { exit, output } = start('--prot', '1');
    expect(await exit).toBe(2);
    expect(output.err).toContain("Unknown option '--prot'");
  });
});

describe('npm start -- --samples', { timeout: 60_000 }, () => {
  let served: StartedStack;
  beforeAll(async () => {
    served = await serving('--samples');
  }, 60_000);

  it('shows a row for each sample and a signed curl command if asked, and a row for each change that comes', async () => {
    const { output } = served;
    // A result that was published twice has a row without a time.
    const rows = output.out.match(/^ {2}\S+ +(succeeded|rejected|superseded|unknown|failed) .* ms$/gm) ?? [];
    expect(rows).toHaveLength(samples.length);
    expect(rows.filter((row) => row.length > 80)).toEqual([]);

    const before = output.out.length;
    const curl = /^curl .*$/m.exec(output.out)?.[0] ?? '';
    expect(execFileSync('sh', ['-c', `${curl} -s`], { encoding: 'utf8' })).toMatch(/^HTTP\/1.1 202 /);
    await until(() => expect(output.out.slice(before)).toMatch(/^ {2}curl-\d+ .* succeeded /m));
  });

  it('ends with all its children at SIGTERM', () => expectEnd(served, 'SIGTERM'));
});

describe('npm start -- --once --json', { timeout: 60_000 }, () => {
  it('writes the result events to stdout and nothing else, and succeeds', async () => {
    const { closed, output } = start('--once', '--json');
    const [code] = await closed;
    expect(code, output.err).toBe(0);
    const lines = output.out.trimEnd().split('\n');
    const outcomes = lines.map((line) => JSON.parse(line).data.outcome as string);
    expect(outcomes.sort()).toEqual(samples.map(({ outcome }) => outcome).sort());
    expect(readyLines(output.err)).toHaveLength(1);
  });

  it('ends without a message when its reader closes the pipe', async () => {
    const line = `{ "${process.execPath}" local/start.ts --once --json 2>err; echo "ended $?" >&2; } | head -n 1`;
    const folder = await mkdtemp(join(tmpdir(), 'early-reader-'));
    onTestFinished(() => rm(folder, { recursive: true, force: true }));
    const { closed } = run('sh', ['-c', line.replace('2>err', `2>"${folder}/err"`)]);
    const [, out] = await closed;
    expect(out.trim().split('\n')).toHaveLength(1);
    expect(await readFile(join(folder, 'err'), 'utf8')).not.toMatch(/^ +at |EPIPE/m);
  });
});

describe('npm start behind a proxy', () => {
  it('shows the cause that fetch hides, and how to avoid the proxy', async () => {
    const env = { ...process.env, NODE_USE_ENV_PROXY: '1', HTTP_PROXY: 'http://127.0.0.1:9', NO_PROXY: '' };
    const [code, , err] = await run(process.execPath, ['local/start.ts', '--once', '--json'], env).closed;
    expect({ code, err }).toEqual({ code: 1, err: expect.stringMatching(/ECONNREFUSED.*set NO_PROXY=127\.0\.0\.1/) });
  });
});
