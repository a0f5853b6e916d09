import { spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';

const SCRIPTS = [
  ['scripts/secrets.ts', 'secrets', 2],
  ['bench/main.ts', 'bench', 1],
  ['mutation/main.ts', 'mutation', 1],
  ['simulator/main.ts', 'simulator', 1],
] as const;

const start = (file: string, option: string) =>
  spawnSync(process.execPath, [file, option], { encoding: 'utf8', timeout: 20_000 });

describe('a script of package.json', () => {
  it.each(SCRIPTS)('%s shows its usage when asked', (file, name) => {
    const { status, stdout, stderr } = start(file, '--help');
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(stdout).toContain(`npm run ${name} --`);
  });

  it.each(SCRIPTS)('%s tells a wrong option without a stack trace', (file, _, code) => {
    const { status, stdout, stderr } = start(file, '--wrong');
    expect({ status, stdout }).toEqual({ status: code, stdout: '' });
    expect(stderr).toContain('--wrong');
    expect(stderr).not.toMatch(/^\s+at /m);
  });
});
