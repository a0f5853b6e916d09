import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { expect, onTestFinished } from 'vitest';
import type { SdkCall, SdkOutcome } from './sdk-caller.ts';

const CALLER = new URL('./sdk-caller.ts', import.meta.url).pathname;

/** Runs the calls through the official SDK core, in a folder of its own that also is its home. */
export const callWithSdk = async (...calls: SdkCall[]): Promise<SdkOutcome[]> => {
  const home = mkdtempSync(join(tmpdir(), 'sdk-'));
  onTestFinished(() => rmSync(home, { recursive: true }));
  const child = spawn(process.execPath, [CALLER], {
    cwd: home,
    env: { HOME: home, PATH: process.env.PATH },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  child.stdin.end(JSON.stringify(calls));
  const [out, errors] = await Promise.all([text(child.stdout), text(child.stderr)]);
  expect(errors).toBe('');
  return JSON.parse(out) as SdkOutcome[];
};
