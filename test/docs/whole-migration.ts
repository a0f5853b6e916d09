import { execFile, spawnSync } from 'node:child_process';
import { dirname } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { createSimulatorControl } from '../../local/simulator-control.ts';
import type { OwnStack } from '../cli/with-stack.ts';
import { blocksOf, blockWith } from './blocks.ts';

const PAGE = 'docs/whole-migration.md';
const EXAMPLES = [
  ['TypeScript', process.execPath, 'docs/snippets/whole-migration.ts'],
  ['Python', 'python3', 'docs/snippets/whole-migration.py'],
] as const;
const has = (tool: string) => spawnSync(tool, ['--version']).status === 0;

/** What differs from run to run: ids, and the name of the Redis task. */
const normalize = (text: string) =>
  text.replaceAll(/[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, 'ID').replaceAll(/"redis-(?:ID|move-17)"/g, '"NAME"');
const parse = (text: string) => JSON.parse(normalize(text));
const isOfRun = ({ source }: { source?: string }) => source === '/orchestrator/ID';

/** What docs/whole-migration.md shows, and the examples that it names, run against a stack. */
export function wholeMigration(own: () => OwnStack): void {
  const [, ...output] = blockWith(PAGE, 'console', 'whole-migration.ts').split('\n');
  const shown = blocksOf(PAGE)
    .filter(({ language, text }) => language === 'json' && text.includes('"type"'))
    .map(({ text }) => parse(text));

  function run(tool: string, file: string) {
    const PATH = `${dirname(process.execPath)}:${process.env.PATH}`;
    return promisify(execFile)(tool, [file], { env: { ...process.env, ...own().env, PATH } });
  }

  describe('a whole migration', () => {
    for (const [language, tool, file] of EXAMPLES) {
      const test = it.skipIf(!has(tool));

      test(`in ${language} prints what the page shows, and sends the page's changes`, { timeout: 60_000 }, async () => {
        const { sent, stack } = own();
        const [before, published] = [sent.length, stack.bus.events.length];
        const { stdout } = await run(tool, file);
        expect(normalize(stdout)).toBe(normalize(output.join('\n')));

        const changes = sent.slice(before).map(parse).filter(isOfRun);
        expect(changes.map(({ id, type, data }) => ({ id, type, data }))).toEqual(shown);
        const results = stack.bus.events.slice(published).map(({ detail }) => parse(detail).data);
        const [created] = results.filter(({ change }) => isOfRun(change));
        expect(created).toMatchObject(parse(blockWith(PAGE, 'json', '"confirmed_by"')));
      });

      test(`in ${language} fails at a change that is refused`, { timeout: 60_000 }, async () => {
        const match = { operation: 'StopMigrationTask' };
        await createSimulatorControl(own().stack.simulatorUrl).addFault({ match, calls: 1, code: 'DCS.4957' });
        const end = await run(tool, file).catch((error: unknown) => error);
        expect(end).toMatchObject({ code: 1, stderr: expect.stringMatching(/redis-stop: .*"rejected"/) });
      });
    }
  });
}
