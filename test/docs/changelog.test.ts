import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';

const FOLDER = 'docs/contracts';

/** Twelve digits that change with any byte of the published contracts. */
function digest(): string {
  const hash = createHash('sha256');
  for (const name of readdirSync(FOLDER).sort()) hash.update(`${name}\n`).update(readFileSync(`${FOLDER}/${name}`));
  return hash.digest('hex').slice(0, 12);
}

it('CHANGELOG.md has a line for the contracts as they are', () => {
  const wanted = `(contracts ${digest()})`;
  const advice = `${FOLDER} changed: say under Unreleased in CHANGELOG.md what that means for senders or receivers, in a line that ends in ${wanted}`;
  expect(readFileSync('CHANGELOG.md', 'utf8').includes(wanted), advice).toBe(true);
});
