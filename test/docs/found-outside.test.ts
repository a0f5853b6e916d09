import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';

/** The rows of the table: what was found, the test's file, and a part of its title. */
const rows = [...readFileSync('docs/reliability.md', 'utf8').matchAll(/^\| (.+) \| `([\w/-]+)`: (.+) \|$/gm)].map(
  ([, found = '', file = '', title = '']) => ({ found, file, title }),
);

it('the page lists what people outside found', () => {
  expect(rows.length).toBeGreaterThan(20);
});

it.each(rows)('"$found" is covered by an existing test', ({ file, title }) => {
  expect(readFileSync(`test/${file}.test.ts`, 'utf8')).toContain(title);
});
