import { spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';
import { describe, expect, it } from 'vitest';

const start = (command: string, ...args: string[]) => spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'] });
const exitOf = (child: ReturnType<typeof start>) =>
  new Promise<number | null>((resolve) => child.once('exit', resolve));

describe('the command as a process', () => {
  it('helps without loading what its commands need', async () => {
    const begun = performance.now();
    const child = start(process.execPath, 'src/cli/bin.js', '--help');
    const [out, code] = await Promise.all([text(child.stdout), exitOf(child)]);
    expect([code, out]).toEqual([0, expect.stringContaining('Usage: relay')]);
    // 90 ms on an idle machine; what would be loaded for a command alone takes more than this bound.
    expect(performance.now() - begun).toBeLessThan(1000);
  });

  it('ends silently with 0 when nobody reads any more', async () => {
    const child = start('sh', '-c', `"${process.execPath}" src/cli/bin.js explain exit-codes; echo "ended $?" >&2`);
    child.stdout.destroy();
    const [err] = await Promise.all([text(child.stderr), exitOf(child)]);
    expect(err).toBe('ended 0\n');
  });

  it('gives its exit code to the shell, and colours to nobody but a terminal', async () => {
    const child = start(process.execPath, 'src/cli/bin.js', 'validate', 'events/invalid/unknown-field.json');
    const [out, err, code] = await Promise.all([text(child.stdout), text(child.stderr), exitOf(child)]);
    expect([code, out]).toEqual([3, '']);
    expect(err).toMatch(
      /^error: unknown field {2}\[change_invalid\]\n {2}file {4}events\/invalid\/unknown-field\.json:\d+:\d+\n/,
    );
    expect(err).not.toContain('\u001b');
  });
});
