import { PassThrough } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { TASKS } from '../../src/cli/catalogue/command.ts';
import { COMMANDS } from '../../src/cli/catalogue/commands.ts';
import { run } from '../../src/cli/relay.ts';
import { relay } from './terminal.ts';

describe('relay', () => {
  it.each<[string[], number]>([
    [[], 2],
    [['--stage', 'prod'], 2],
    [['--no-color'], 2],
    [['help'], 0],
    [['--stage', 'prod', 'help'], 0],
    [['--help'], 0],
  ])(
    '%j shows the commands by task and exits with %i: only help that was asked for is a success',
    async (args, ending) => {
      const { code, out, err } = await relay(args);
      expect({ code, err }).toEqual({ code: ending, err: '' });
      for (const task of Object.values(TASKS)) expect(out).toContain(`\n${task}:\n`);
      for (const { name } of COMMANDS) expect(out).toMatch(new RegExp(`^  ${name.split(' ')[0]}\\b`, 'm'));
      expect(Math.max(...out.split('\n').map((line) => line.length))).toBeLessThanOrEqual(80);
    },
  );

  it('shows the help of one command, by either name', async () => {
    const helped = await relay(['help', 'status']);
    expect(helped).toEqual(await relay(['status', '--help']));
    expect(helped.out).toMatch(/^relay status ord-1042\n/);
    expect((await relay(['help', 'dlq', 'list'])).out).toContain('Usage: relay dlq list');
    expect((await relay(['help', 'result'])).code).toBe(0);
  });

  it('suggests the command that was meant if there is none of that name', async () => {
    const { code, out, err } = await relay(['help', 'stats']);
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err).toMatch(/there is no command stats {2}\[usage\][\s\S]*did you mean status\?/);
  });

  it('shows its version', async () => {
    expect(await relay(['version'])).toEqual(await relay(['--version']));
  });

  it('asks which one where a command has several', async () => {
    expect((await relay(['dlq'])).err).toBe(
      'error: which one: list, show, replay?  [usage]\n  allowed list, show, replay\n  fix     relay help dlq\n',
    );
  });
});

describe('standard input', () => {
  const typing = (isTTY: boolean, signal = new AbortController().signal) => {
    const [out, err] = [new PassThrough(), new PassThrough()];
    const input = Object.assign(new PassThrough(), { isTTY });
    const ended = run(['validate', '-'], { out, err, input, env: {}, signal, now: Date.now });
    return { input, ended, errorText: () => String(err.read() ?? '') };
  };

  it('that is a keyboard is announced, and is given up at the first interrupt', async () => {
    const interrupt = new AbortController();
    const { ended, errorText } = typing(true, interrupt.signal);
    await expect
      .poll(errorText, { timeout: 10_000 })
      .toMatch(/^reading changes from the keyboard: press Ctrl-D at the end/);
    interrupt.abort();
    expect({ ended: await ended, error: errorText() }).toEqual({
      ended: 130,
      error: 'error: interrupted  [interrupted]\n',
    });
  });

  it('that is a pipe is read without a prompt', async () => {
    const { input, ended, errorText } = typing(false);
    input.end('{}');
    expect({ ended: await ended, error: errorText() }).toEqual({ ended: 3, error: expect.stringMatching(/^error: /) });
  });
});
