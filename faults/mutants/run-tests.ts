import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { Mutant } from './mutate.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const VITEST = fileURLToPath(new URL('../../node_modules/vitest/vitest.mjs', import.meta.url));
const CONFIG = fileURLToPath(new URL('vitest.config.ts', import.meta.url));

/** Runs test files with the relay as a mutant has it, or with the unchanged relay. True if a test failed. Throws if they can't be run. */
export function failsTests(files: string[], mutant?: Mutant): boolean {
  const args = [VITEST, 'run', ...files, '--config', CONFIG, '--root', ROOT, '--maxWorkers', '1'];
  const env = { ...process.env, NO_COLOR: '1', ...(mutant && { MUTANT: JSON.stringify(mutant) }) };
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8', env });
  if (status !== 0 && !/^ +Tests +\d+ failed/m.test(stdout))
    throw new Error(`${files.join(', ')} can't be run:\n${stderr}`);
  return status !== 0;
}
