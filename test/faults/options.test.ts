import { spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { HELP } from '../../faults/options.ts';

const faults = (...args: string[]) =>
  spawnSync(process.execPath, ['faults/main.ts', ...args], { encoding: 'utf8', timeout: 20_000 });

describe('npm run faults', () => {
  it('shows its options when asked', () => {
    const { status, stdout, stderr } = faults('--help');
    expect({ status, stdout, stderr }).toEqual({ status: 0, stdout: `${HELP}\n`, stderr: '' });
  });

  it('names what is wrong with its command line, without a stack trace', () => {
    const { status, stdout, stderr } = faults('--sedes', '3');
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
    expect(stderr).toMatch(/^Unknown option '--sedes'/);
    expect(stderr).not.toMatch(/^ +at /m);
  });
});
