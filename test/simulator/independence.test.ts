import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';

const folder = new URL('../../simulator/', import.meta.url);
const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.ts'));

/** What an import of a file names, as a path in the folder of the simulator; that of another package as it is. */
const importsOf = (name: string): string[] => {
  const imports = readFileSync(new URL(name, folder), 'utf8').matchAll(/from '([^']+)'/g);
  return [...imports].map(([, from = '']) => (from.startsWith('.') ? join(dirname(name), from) : from));
};

describe('the simulator', () => {
  it.each(files)('shares no code with the relay: %s', (name) => {
    for (const from of importsOf(name)) expect(from).toMatch(/^(node:[a-z/]+|zod|([a-z]+\/)?[a-z-]+\.(ts|json))$/);
  });

  it.each(files)('keeps to small files: %s', (name) => {
    expect(readFileSync(new URL(name, folder), 'utf8').split('\n').length).toBeLessThanOrEqual(150);
  });
});
