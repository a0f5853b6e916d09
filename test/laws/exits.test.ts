import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

/**
 * Where `process.exit` may be called, and why nothing is lost there. It discards what a pipe has not taken yet, so
 * every other place sets `process.exitCode`, or calls `leave`, which waits for the readers.
 */
const ARGUED: Record<string, string> = {
  'src/cli/terminal/streams.ts': 'leave: after both streams are drained',
  'src/cli/relay.ts': 'a second interrupt: nobody waits for the rest',
  'local/start.ts': 'after both streams are drained; a second interrupt; a stop that hangs',
  'scripts/options.ts': 'a few lines, which a pipe takes at once',
  'faults/processes/main.ts': 'an interrupt: nobody waits for figures',
  'bench/programs/function.ts': 'its report is written by writeSync',
  'bench/stand-ins/main.ts': 'writes nothing',
};

const files = ['src/cli', 'src/operator', 'local', 'stand-ins', 'faults', 'bench', 'simulator', 'scripts'].flatMap(
  (folder) =>
    readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .filter((file) => /\.[cm]?[jt]s$/.test(file))
      .map((file) => join(folder, file)),
);
const exits = (file: string) => /\bprocess\.(?:exit|reallyExit|abort)\b(?!Code)/.test(readFileSync(file, 'utf8'));

describe('the process', () => {
  it('is ended by force only if nothing can be lost', () => {
    expect(files.filter(exits).toSorted()).toEqual(Object.keys(ARGUED).toSorted());
  });
});
