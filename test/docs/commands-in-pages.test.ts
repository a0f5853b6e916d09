import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { Command } from '../../src/cli/catalogue/command.ts';
import { GLOBAL_OPTIONS } from '../../src/cli/catalogue/command.ts';
import { COMMANDS } from '../../src/cli/catalogue/commands.ts';
import { CHECKS } from '../../src/operator/checks/checks.ts';
import { PARTS } from '../../src/operator/stage/pausing.ts';
import { blocksOf } from './blocks.ts';

const PAGES = ['README.md', 'CONTRIBUTING.md', ...readdirSync('docs').map((name) => `docs/${name}`)].filter((name) =>
  name.endsWith('.md'),
);

/** Every command line of `relay` on a page, in a block or in a sentence, without placeholders. */
function linesOf(page: string): string[] {
  const text = readFileSync(page, 'utf8').replaceAll('\\\n', ' ');
  const inBlocks = [...text.matchAll(/^ *(?:\$ |as \w+ |for [^;]+; do )?(?:npx )?relay ([a-z][^\n#|;&]*)/gm)];
  const inSentences = [...text.matchAll(/`(?:npx )?relay +([a-z][^`\n]*)`/g)];
  return [...inBlocks, ...inSentences].map(([, line = '']) => line.replaceAll(/"[^"]*"/g, 'TEXT').trim());
}

const commandOf = (line: string): Command | undefined =>
  COMMANDS.find(({ name, aliases = [] }) => [name, ...aliases].some((one) => `${line} `.startsWith(`${one} `)));
const optionsOf = ({ options }: Command) =>
  [...options, ...GLOBAL_OPTIONS].flatMap(([flags]) => flags.match(/(?<![\w-])--?[a-z][\w-]*/g) ?? []);

/** What --only may name: a check, or a part of a stage. */
const onlyOf = (command?: Command): readonly string[] => (command?.name === 'doctor' ? Object.keys(CHECKS) : PARTS);

const shown = PAGES.flatMap((page) => linesOf(page).map((line) => [page, line] as const));

describe('a page', () => {
  it('shows commands', () => {
    for (const page of ['README.md', 'docs/runbook.md', 'docs/dead-letters.md', 'docs/cli.md'])
      expect(linesOf(page).length, page).toBeGreaterThan(1);
  });

  it.each(shown)('%s shows an existing command: relay %s', (_page, line) => {
    const command = commandOf(line);
    if (!command) expect(line).toMatch(/^(?:help [A-Z]+|version)$/);
    const asked = [...line.matchAll(/(?<=\s)--?[a-z][\w-]*/g)].map(([option]) => option);
    if (command) expect(optionsOf(command)).toEqual(expect.arrayContaining(asked.filter((one) => one !== '--help')));
    const [, only] = /--only (\S+)/.exec(line) ?? [];
    if (only) expect(onlyOf(command)).toContain(only);
  });

  it.each(
    PAGES.flatMap((page) =>
      blocksOf(page)
        .filter(({ language }) => language === 'sh')
        .map(({ text }) => [page, text] as const),
    ),
  )('%s shows only words that a shell accepts', (_page, text) => {
    const { status, stderr } = spawnSync('sh', ['-n'], { input: text, encoding: 'utf8' });
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  });
});
