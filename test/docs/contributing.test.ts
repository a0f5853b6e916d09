import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';

it('CONTRIBUTING.md shows the smallest operation as it is', () => {
  const [, path = '', shown] =
    /`(src\/lib\/operations\/[\w-]+\.ts)`:\n\n```ts\n(.*?)```/s.exec(readFileSync('CONTRIBUTING.md', 'utf8')) ?? [];
  expect(shown).toBe(readFileSync(path, 'utf8'));
});
