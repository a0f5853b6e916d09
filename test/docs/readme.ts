import { readFileSync } from 'node:fs';
import { stripVTControlCharacters } from 'node:util';
import { describe, expect, it } from 'vitest';
import { relay } from '../cli/terminal.ts';
import type { OwnStack } from '../cli/with-stack.ts';

/** Parts that differ from run to run, and parts that a terminal has overwritten. */
const normalize = (text: string) =>
  stripVTControlCharacters(text)
    .replaceAll(/\r[^\n]*\r/g, '\r')
    .replaceAll(/^[^\n]*\r/gm, '')
    .replaceAll(/dcs-update-auto-[0-9a-f]+/g, 'CHANGE')
    .replaceAll(/\d+(\.\d+)? (ms|s)\b/g, 'TIME')
    .replaceAll(/^ {2}http:.*\n/gm, '')
    .replaceAll(/ {2,}/g, '  ')
    .split('\n')
    .filter((line) => line.trim() !== '')
    // Data and messages come from two streams here, which a terminal shows as one.
    .sort();

/** Runs the commands that README.md shows, against a stack. */
export function readme(own: () => OwnStack): void {
  const shown = [...readFileSync('README.md', 'utf8').matchAll(/^```console\n\$ npx relay ([^\n]*)\n(.*?)^```$/gms)];

  describe('the README', () => {
    it('shows the command at work', () => {
      expect(shown.length).toBeGreaterThanOrEqual(2);
    });

    it.each(shown.map(([, line = '', output = '']) => [line, output]))(
      'shows what relay %s prints',
      { timeout: 40_000 },
      async (line, output) => {
        // npx sets this, so that suggestions have the form in which the reader typed the command.
        const npx = { npm_lifecycle_event: 'npx', npm_lifecycle_script: 'relay' };
        const env = { ...own().env, ...npx, NO_COLOR: '1' };
        const { out, err } = await relay(line.split(' '), { env, terminal: true });
        expect(normalize(err + out)).toEqual(normalize(output));
      },
    );
  });
}
