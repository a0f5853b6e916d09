import { spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';

const SCRIPTS = [
  ['scripts/build.ts', 'npm run build --'],
  ['scripts/contracts.ts', 'npm run contracts --'],
  ['scripts/cost.ts', 'npx node scripts/cost.ts'],
  ['scripts/volume.ts', 'npx node scripts/volume.ts'],
  ['scripts/sdk-calls.ts', 'npx node scripts/sdk-calls.ts'],
  ['scripts/secrets.ts', 'npm run secrets --'],
  ['bench/main.ts', 'npm run bench --'],
  ['bench/scale/main.ts', 'npm run scale --'],
  ['faults/main.ts', 'npm run faults --'],
  ['faults/processes/main.ts', 'npm run faults:processes --'],
  ['local/start.ts', 'npm start --'],
  ['mutation/main.ts', 'npm run mutation --'],
  ['simulator/main.ts', 'npm run simulator --'],
] as const;

const start = (file: string, ...options: string[]) =>
  spawnSync(process.execPath, [file, ...options], { encoding: 'utf8', timeout: 20_000 });

describe('a script', () => {
  it.each(SCRIPTS)('%s shows its usage when asked', (file, usage) => {
    const { status, stdout, stderr } = start(file, '--help');
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(stdout).toContain(usage);
  });

  it.each(SCRIPTS)('%s names a wrong option without a stack trace', (file) => {
    const { status, stdout, stderr } = start(file, '--wrong');
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
    expect(stderr).toContain('--wrong');
    expect(stderr).not.toMatch(/^\s+at /m);
  });

  it.each(['scripts/cost.ts', 'scripts/volume.ts'])('%s refuses a text in place of a number', (file) => {
    const { status, stdout, stderr } = start(file, '--seconds', 'soon');
    expect({ status, stdout, stderr }).toEqual({
      status: 2,
      stdout: '',
      stderr: '--seconds soon is not a number above 0\n',
    });
  });
});
