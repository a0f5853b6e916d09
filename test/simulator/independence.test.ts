import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

const folder = new URL('../../simulator/', import.meta.url);
const files = readdirSync(folder).filter((name) => name.endsWith('.ts'));

describe('the simulator', () => {
  it.each(files)('shares no code with the relay: %s', (name) => {
    const imports = [...readFileSync(new URL(name, folder), 'utf8').matchAll(/from '([^']+)'/g)].map(
      ([, from]) => from,
    );
    for (const from of imports) expect(from).toMatch(/^(node:[a-z/]+|zod|\.\/[a-z-]+\.(ts|json))$/);
  });

  it.each(files)('keeps to small files: %s', (name) => {
    expect(readFileSync(new URL(name, folder), 'utf8').split('\n').length).toBeLessThanOrEqual(150);
  });
});
