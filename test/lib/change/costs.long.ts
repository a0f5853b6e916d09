import { describe, expect, it } from 'vitest';
import { readChange } from '../../../src/lib/change/change.ts';
import { scan } from '../../../src/lib/json/scan.ts';

describe('the limits of a change', () => {
  it('cost no more than one pass over 200 KB of brackets, quotes or backslashes', () => {
    for (const bomb of ['[', '"', '\\"', '{"a":', '"\\']) {
      const start = performance.now();
      expect(readChange(bomb.repeat(200_000 / bomb.length)).kind).toBe('unreadable');
      expect(performance.now() - start).toBeLessThan(200);
    }
  });
});

describe('a scan', () => {
  it('takes time in proportion to the text, even with many quotes and backslashes', () => {
    const texts = [
      `"${'\\"'.repeat(100_000)}`,
      `"${'\\\\'.repeat(100_000)}"`,
      '['.repeat(200_000),
      '"'.repeat(200_001),
    ];
    const start = performance.now();
    for (const text of texts) scan(text);
    expect(performance.now() - start).toBeLessThan(500);
  });
});
