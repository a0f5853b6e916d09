import { spawn, spawnSync } from 'node:child_process';
import { text } from 'node:stream/consumers';
import { describe, expect, it } from 'vitest';

const start = (command: string, ...args: string[]) => spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'] });
const exitOf = (child: ReturnType<typeof start>) =>
  new Promise<number | null>((resolve) => child.once('exit', resolve));

/** A module that prints on stderr every module that is loaded after it. */
const NAMING = `data:text/javascript,${encodeURIComponent(`
  import { registerHooks } from 'node:module';
  registerHooks({ load: (url, context, next) => (process.stderr.write(url + '\\n'), next(url, context)) });`)}`;

describe('the command as a process', () => {
  it('shows its help without loading what its commands need', async () => {
    const child = start(process.execPath, '--import', NAMING, 'src/cli/bin.js', '--help');
    const [out, loaded, code] = await Promise.all([text(child.stdout), text(child.stderr), exitOf(child)]);
    expect({ code, out }).toEqual({ code: 0, out: expect.stringContaining('Usage: relay') });
    const packages = [...loaded.matchAll(/\/node_modules\/((?:@[^/]+\/)?[^/]+)/g)].map(([, name]) => name);
    expect([...new Set(packages)]).toEqual(['commander']);
  });

  it('ends silently with 0 when its reader is gone', async () => {
    const child = start('sh', '-c', `"${process.execPath}" src/cli/bin.js explain exit-codes; echo "ended $?" >&2`);
    child.stdout.destroy();
    const [err] = await Promise.all([text(child.stderr), exitOf(child)]);
    expect(err).toBe('ended 0\n');
  });

  it('returns its exit code to the shell, and writes colours only to a terminal', async () => {
    const child = start(process.execPath, 'src/cli/bin.js', 'validate', 'events/invalid/unknown-field.json');
    const [out, err, code] = await Promise.all([text(child.stdout), text(child.stderr), exitOf(child)]);
    expect({ code, out }).toEqual({ code: 3, out: '' });
    expect(err).toMatch(
      /^error: unknown field {2}\[change_invalid\]\n {2}file {4}events\/invalid\/unknown-field\.json:\d+:\d+\n/,
    );
    expect(err).not.toContain('\u001b');
  });

  // The path may have another Node, as users' machines do: npm installs Node 24 beside the command.
  const older = spawnSync('sh', ['-c', 'IFS=:; for d in $PATH; do [ -x "$d/node" ] && echo "$d/node"; done'], {
    encoding: 'utf8',
  })
    .stdout.split('\n')
    .find(
      (node) => node && Number(/^v(\d+)/.exec(spawnSync(node, ['--version'], { encoding: 'utf8' }).stdout)?.[1]) < 22,
    );
  it.skipIf(older === undefined)('starts the Node that came with it when an older one runs it', async () => {
    const child = start(older ?? '', 'src/cli/bin.js', 'validate', 'events/invalid/unknown-field.json');
    const [err, code] = await Promise.all([text(child.stderr), exitOf(child)]);
    expect({ code, err }).toEqual({ code: 3, err: expect.stringMatching(/^error: unknown field/) });
  });
});
