import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';

/** Words in names of types that have their usual meaning for programmers. */
const PLAIN = new Set(
  `answer attempt batch cause class context dependencies envelope error invalid job keys last malformed name
  note parse policy remedy settings state store times traced valid validation`.split(/\s+/),
);

const words = new Set(
  readFileSync('docs/glossary.md', 'utf8')
    .toLowerCase()
    .match(/[a-z]+/g),
);
const types = ['relay', 'change'].flatMap((folder) =>
  readdirSync(`src/lib/${folder}`).flatMap((file) =>
    Array.from(
      readFileSync(join('src/lib', folder, file), 'utf8').matchAll(/^export (?:type|interface|class) (\w+)/gm),
      ([, name = '']) => name,
    ),
  ),
);
const wordsOf = (name: string) => (name.match(/[A-Z][a-z]*/g) ?? []).map((word) => word.toLowerCase());

it.each(types)('the type %s consists of words of the glossary, or of plain ones', (name) => {
  expect(wordsOf(name).filter((word) => !words.has(word) && !PLAIN.has(word))).toEqual([]);
});
