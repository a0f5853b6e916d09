import { PassThrough } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { createReport } from '../../local/report.ts';
import type { ChangeResult } from '../../local/results.ts';

describe('a result that npm start shows', () => {
  it('does nothing to a terminal', () => {
    const out = new PassThrough();
    createReport(out).result({
      change: { id: 'a\u001b]0;t\u0007\u202eb', source: '/s' },
      outcome: 'rejected',
      error: { code: 'X\u009b2J' },
      ignored: [],
    } as unknown as ChangeResult);
    const text = String(out.read());
    expect(text).toContain('a\\u001b]0;t\\u0007\\u202eb');
    expect(text).toContain('X\\u009b2J');
  });
});
