import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';

const FOLDERS = ['docs', 'bench', 'faults', 'simulator', '.github'];
const PAGES = [
  ...readdirSync('.'),
  ...FOLDERS.flatMap((folder) =>
    readdirSync(folder, { recursive: true, encoding: 'utf8' }).map((name) => join(folder, name)),
  ),
].filter((name) => name.endsWith('.md') && !name.includes('node_modules'));

/** The targets of links within the project, without the heading that a link may name. */
const linksIn = (text: string) => [...text.matchAll(/\]\((?![a-z]+:|#)([^)\s#]+)/g)].map(([, link = '']) => link);

describe('a page', () => {
  it.each(PAGES)('%s links only to files that exist', (page) => {
    const links = linksIn(readFileSync(page, 'utf8'));
    expect(links.filter((link) => !existsSync(join(dirname(page), link)))).toEqual([]);
  });
});

it('the check finds the links of a page', () => {
  expect(linksIn('[a](b.md), [c](../d/#e), [f](#g), [h](https://i)')).toEqual(['b.md', '../d/']);
});
