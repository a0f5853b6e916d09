import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { find } from '../../faults/mutants/places.ts';
import { FOLDERS } from '../../mutation/folders.ts';

const page = readFileSync(new URL('../../docs/mutation.md', import.meta.url), 'utf8');
const folders = Object.keys(FOLDERS).join('|');
const named = Array.from(page.matchAll(RegExp(`\`(${folders})/([\\w.]+)\``, 'g')), ([, folder = '', name = '']) => ({
  folder,
  name,
}));

it.each(named)('docs/mutation.md names $folder/$name, which exists', ({ folder, name }) => {
  const findName = () => find(name, fileURLToPath(new URL(`../../src/lib/${folder}/`, import.meta.url)));
  expect(findName).not.toThrow('found 0 times');
});

it('docs/mutation.md names no line number, which would change', () => expect(page).not.toMatch(/\.ts:\d/));
