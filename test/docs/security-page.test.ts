import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

const read = (file: string) => readFileSync(file, 'utf8');
/** Links to files of the repository. */
const linksOf = (page: string) => [...read(page).matchAll(/\]\((?!https?:|#)([^)#]+)/g)].map(([, link = '']) => link);

describe('SECURITY.md', () => {
  const tests = [...read('SECURITY.md').matchAll(/`(test\/[\w./-]+)`/g)].map(([, file = '']) => file);

  it('names a test for each defence', () => expect(tests.length).toBeGreaterThan(10));

  it.each([...tests, ...linksOf('SECURITY.md')])('names %s, which exists', (file) => {
    expect(existsSync(file)).toBe(true);
  });
});
