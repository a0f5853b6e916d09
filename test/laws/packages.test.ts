import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

interface Package {
  dependencies?: Record<string, string>;
  devDependencies?: Record<string, string>;
  optionalDependencies?: Record<string, string>;
}

const read = (file: string) => JSON.parse(readFileSync(file, 'utf8')) as Package;
const versionsIn = (folder: string) => {
  const { dependencies, devDependencies, optionalDependencies } = read(`${folder}/package.json`);
  return { ...dependencies, ...devDependencies, ...optionalDependencies };
};

const TOOLS = ['bench', 'mutation', 'test/browser'];
const root = versionsIn('.');

describe('a package', () => {
  it.each(['.', ...TOOLS])('of %s has one exact version', (folder) => {
    for (const [name, version] of Object.entries(versionsIn(folder)))
      expect({ name, version }).toEqual({
        name,
        version: expect.stringMatching(/^(npm:[\w-]+@)?\d+\.\d+\.\d+(-\w+)?$/),
      });
  });

  it.each(TOOLS)('that %s and the relay both use has the same version', (folder) => {
    for (const [name, version] of Object.entries(versionsIn(folder)))
      expect({ name, version }).toEqual({ name, version: root[name] ?? version });
  });

  it.each(TOOLS)('of %s runs no script of its own at installation', (folder) => {
    expect(readFileSync(`${folder}/.npmrc`, 'utf8')).toContain('ignore-scripts=true');
  });
});
