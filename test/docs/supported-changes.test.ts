import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { OPERATIONS } from '../../src/contracts/contract.ts';

it('README.md lists each change with its call, and marks the calls that only one cloud has', () => {
  const rows = readFileSync('README.md', 'utf8').matchAll(/^\|[^|]*\| `(migration\.[\w.-]+)`[^|]*\| (\w+)([^|]*)\|$/gm);
  const listed = [...rows].map(([, change, call, more]) => `${change} ${call}${more?.includes('¹') ? ' ¹' : ''}`);
  const all = OPERATIONS.map(({ change, call, cloud }) => `${change} ${call}${cloud === undefined ? '' : ' ¹'}`);
  expect(listed.sort()).toEqual([...new Set(all)].sort());
});
