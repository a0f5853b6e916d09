import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

const SCHEMAS = 'docs/contracts';
const PAGES = ['README.md', 'CONTRIBUTING.md', 'SECURITY.md', ...readdirSync('docs').map((name) => `docs/${name}`)]
  .filter((name) => name.endsWith('.md'))
  .map((page) => [page, readFileSync(page, 'utf8')] as const);
const { scripts } = JSON.parse(readFileSync('package.json', 'utf8'));

/** The paths of all members that a JSON Schema describes, at any depth and in any branch. */
function pathsIn(schema: unknown, path = ''): string[] {
  if (typeof schema !== 'object' || schema === null) return [];
  return Object.entries(schema).flatMap(([keyword, value]) => {
    if (keyword !== 'properties') return pathsIn(value, path);
    return Object.entries(value as object).flatMap(([name, member]) => {
      const inner = path === '' ? name : `${path}.${name}`;
      return [inner, ...pathsIn(member, inner)];
    });
  });
}

const members = new Set(
  readdirSync(SCHEMAS)
    .filter((name) => name.endsWith('.schema.json'))
    .flatMap((name) => pathsIn(JSON.parse(readFileSync(`${SCHEMAS}/${name}`, 'utf8')))),
);

/** A path in backquotes to a folder, with a slash at the end, or to a file. A name with capitals stands for several. */
const FILE = /`([a-z][\w-]*\/[\w./-]*(?:\.(?:ts|js|json|md|yml|sh)|\/))`/g;
const ROOTS = ['', 'src/lib/', 'docs/'];
const isThere = (file: string) => ROOTS.some((root) => existsSync(root + file));

const missing = (text: string) => ({
  members: [...text.matchAll(/\b(data\.[a-z_]+(?:\.[a-z_]+)*)/g)]
    .map(([, path = '']) => path)
    .filter((path) => !members.has(path)),
  scripts: [...text.matchAll(/npm run (?:-\S+ )?([a-z][\w:]*)/g)]
    .map(([, name = '']) => name)
    .filter((name) => !(name in scripts)),
  files: [...text.matchAll(FILE)]
    .map(([, file = '']) => file)
    .filter((file) => !/[A-Z]{2}/.test(file) && !isThere(file)),
});

describe('a page', () => {
  it.each(PAGES)('%s names only members, scripts and files that exist', (_page, text) => {
    expect(missing(text)).toEqual({ members: [], scripts: [], files: [] });
  });
});

it('the check finds names that do not exist', () => {
  expect(missing('`data.change.task`, `npm run nothing`, `src/lib/nothing.ts`')).toEqual({
    members: ['data.change.task'],
    scripts: ['nothing'],
    files: ['src/lib/nothing.ts'],
  });
});
