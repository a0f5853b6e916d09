import { readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, it, onTestFinished } from 'vitest';
import { PROJECT } from '../../local/folders.ts';
import { isRunning } from '../../src/operator/stage/local-stack.ts';
import { childrenOf, endStarted, readyLines, run, start, until } from './started.ts';

const samples = JSON.parse(readFileSync(`${PROJECT}/events/samples.json`, 'utf8')) as unknown[];
afterEach(endStarted);

describe('npm start', () => {
  it.each(['SIGINT', 'SIGTERM'] as const)(
    'ends with all its children within 2 s of %s, in the middle of the samples',
    async (signal) => {
      const { child, output, exit } = start('--port', '0');
      await until(() => expect(readyLines(output.out)).toHaveLength(1));
      const workers = childrenOf(child.pid);
      expect(workers.length).toBeGreaterThanOrEqual(3);
      const asked = performance.now();
      child.kill(signal);
      expect(await exit).toBe(0);
      expect(performance.now() - asked).toBeLessThan(2000);
      expect(workers.filter(isRunning)).toEqual([]);
    },
  );
});

describe('npm start -- --once --json', () => {
  it('lets a slow reader read every event', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'slow-reader-'));
    onTestFinished(() => rm(folder, { recursive: true, force: true }));
    // The pipe takes 64 KiB and is nearly full already. It is read only some time after the last event was written.
    const full = String.raw`head -c 65000 /dev/zero | tr "\0" "\n"`;
    const line = `${full}; "${process.execPath}" local/start.ts --once --json; echo "ended $?" >&2`;
    const reader = `{ while [ ! -e "${folder}/go" ]; do sleep 0.1; done; cat; }`;
    const { output, closed } = run('sh', ['-c', `{ ${line}; } | ${reader}`]);
    await until(() => expect(output.err).toContain('all as expected'));
    // Longer than stopping may take.
    await sleep(2500);
    await writeFile(join(folder, 'go'), '');
    const [, out, err] = await closed;
    expect(
      out
        .trim()
        .split('\n')
        .map((event) => JSON.parse(event).specversion),
    ).toEqual(samples.map(() => '1.0'));
    expect(err).toMatch(/^ended 0$/m);
  });
});
