import { globSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

describe('a module that several test files import', () => {
  it('registers no hook when it is loaded: files share a process, and only the first of them would have it', () => {
    const modules = globSync('test/**/*.ts').filter((file) => !/\.(test|long|browser)\.ts$/.test(file));
    expect(modules.length).toBeGreaterThan(20);
    expect(modules.filter((file) => /^(before|after)(All|Each)\(/m.test(readFileSync(file, 'utf8')))).toEqual([]);
  });
});
