import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { afterAll, expect } from 'vitest';
import type { SdkCall, SdkOutcome } from './sdk-caller.ts';

const CALLER = fileURLToPath(new URL('./sdk-caller.ts', import.meta.url));

/**
 * Returns a function that runs calls through the official SDK core, in a folder of its own that is also its home. One
 * process serves all tests of a file, because loading the SDK takes longer than its calls.
 */
export function sdkCaller() {
  let caller: ReturnType<typeof startCaller> | undefined;
  afterAll(async () => {
    if (!caller) return;
    caller.child.stdin.end();
    expect(await caller.errors).toBe('');
    rmSync(caller.home, { recursive: true });
  });
  return async (...calls: SdkCall[]): Promise<SdkOutcome[]> => {
    caller ??= startCaller();
    caller.child.stdin.write(`${JSON.stringify(calls)}\n`);
    const { value } = await caller.lines.next();
    if (value === undefined) throw new Error('the process of the SDK has ended');
    return JSON.parse(value) as SdkOutcome[];
  };
}

function startCaller() {
  const home = mkdtempSync(join(tmpdir(), 'sdk-'));
  const child = spawn(process.execPath, [CALLER], {
    cwd: home,
    env: { HOME: home, PATH: process.env.PATH },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  return { child, home, lines, errors: text(child.stderr) };
}
