import { PassThrough } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { createScreen } from '../../../src/cli/terminal/screen.ts';
import { OperatorError } from '../../../src/operator/fault.ts';

/**
 * Control characters in received text: colours, a title, C1 controls, a change of direction, invisible characters, a
 * new line.
 */
const HOSTILE = 'a\u001b[31mb\u001b]0;t\u0007c\u009b2Jd\u202ee\u2066f\u200bg\u{e0041}h\r\ni\u2028j\u007f';
const SEEN =
  'a\\u001b[31mb\\u001b]0;t\\u0007c\\u009b2Jd\\u202ee\\u2066f\\u200bg\\udb40\\udc41h\\u000d\\u000ai\\u2028j\\u007f';
const ACTS = /[^\P{Cc}\n\t]|\p{Cf}|\p{Zl}|\p{Zp}/u;

function open({ terminal = true, json = false, color = false } = {}) {
  const capture = () => Object.assign(new PassThrough(), { isTTY: terminal, columns: 500, getColorDepth: () => 8 });
  const [out, err] = [capture(), capture()];
  const io = { out, err, input: new PassThrough(), env: {}, signal: new AbortController().signal, now: Date.now };
  const screen = createScreen(io, { json, quiet: false, verbose: true, color, input: false, yes: false });
  const output = () => ({ out: String(out.read() ?? ''), err: String(err.read() ?? '') });
  return { screen, output };
}

const report = {
  text: () => [HOSTILE],
  rows: [[HOSTILE, 1]],
  json: { text: HOSTILE, [HOSTILE]: 1 },
  next: `relay status ${HOSTILE}`,
};
const fault = new OperatorError('failed', 'broken', [
  { message: HOSTILE, why: HOSTILE, where: { file: HOSTILE, field: HOSTILE } },
]);

describe('a terminal', () => {
  it('gets no control sequences of others, wherever their text is shown', () => {
    const { screen, output } = open();
    screen.print(report);
    screen.line(HOSTILE);
    screen.say(HOSTILE);
    screen.sayNext(`relay status ${HOSTILE}`);
    screen.warn(HOSTILE);
    screen.progress(HOSTILE);
    screen.fail(fault);
    const { out, ...talk } = output();
    const err = talk.err.replaceAll('\r\u001b[K', '');
    expect(out).not.toMatch(ACTS);
    expect(err).not.toMatch(ACTS);
    expect(out.split('\n').slice(0, 3)).toEqual([SEEN, `Next: relay status ${SEEN}`, SEEN]);
    expect(err.split(SEEN).length).toBe(9);
  });

  it('gets our colours, and no others', () => {
    const { screen, output } = open({ color: true });
    screen.print({ ...report, text: (paint) => [`${paint('green', `✓ ${HOSTILE}`)} ${HOSTILE}`], next: undefined });
    expect(output().out).toBe(`\u001b[32m✓ ${SEEN}\u001b[39m ${SEEN}\n`);
  });
});

describe('a pipe', () => {
  it('gets no control sequences for the terminal behind it', () => {
    const { screen, output } = open({ terminal: false });
    screen.print(report);
    expect(output().out).toBe(`${SEEN.replace('\\u000d\\u000a', ' ')}\t1\n`);
  });
});

describe('JSON', () => {
  it('keeps its values, with control characters escaped', () => {
    const { screen, output } = open({ json: true });
    screen.print(report);
    screen.line(JSON.stringify({ event: HOSTILE }));
    screen.warn(HOSTILE);
    screen.fail(fault);
    const { out, err } = output();
    expect(out).not.toMatch(ACTS);
    expect(err).not.toMatch(ACTS);
    const [printed, line] = out
      .trimEnd()
      .split('\n')
      .map((text) => JSON.parse(text));
    expect(printed).toEqual({ format: '1.0', ...report.json });
    expect(line).toEqual({ event: HOSTILE });
    const [warned, failed] = err
      .trimEnd()
      .split('\n')
      .map((text) => JSON.parse(text));
    expect({ warning: warned.warning, message: failed.error.message }).toEqual({ warning: HOSTILE, message: HOSTILE });
  });
});

describe('an error', () => {
  it('first clears the line on which progress or the ^C of an interrupt stands', () => {
    const { screen, output } = open();
    screen.progress('… 1 of 2');
    screen.fail(new OperatorError('interrupted', 'interrupted', [{ message: 'interrupted' }]));
    screen.fail(new OperatorError('interrupted', 'interrupted', [{ message: 'interrupted' }]));
    const line = '\r\u001b[Kerror: interrupted  [interrupted]\n';
    expect(output().err).toBe(`\r\u001b[K… 1 of 2${line}${line}`);
  });
});
