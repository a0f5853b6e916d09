import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { explanationOf } from '../../src/cli/reports/explanations.ts';

/** The relay's own codes in `src/lib`: those that are written as a `code`, and those that `failure` gets. */
const CODES = new Set(
  ['relay', 'provider', 'change'].flatMap((folder) =>
    readdirSync(join('src/lib', folder))
      .filter((file) => file.endsWith('.ts'))
      .map((file) => readFileSync(join('src/lib', folder, file), 'utf8'))
      .flatMap((text) =>
        [...text.matchAll(/(?:code: |code \?\? |failure\()'([a-z]+_[a-z_]+)'/g)].map(([, code = '']) => code),
      ),
  ),
);

describe('a code in a result or in the log', () => {
  it('is found in the source', () => {
    expect(CODES.size).toBeGreaterThan(10);
  });

  it.each([...CODES, 'http_502', 'http_418', 'DCS.4133'])('%s is explained by relay explain', (code) => {
    expect(explanationOf(code)[0]).toMatchObject({ word: code, means: expect.stringMatching(/\w+ \w+/) });
  });

  it('is not explained if no reply can have it', () => {
    expect(explanationOf('http_999')).toEqual([]);
  });
});
