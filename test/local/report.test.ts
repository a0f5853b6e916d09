import { PassThrough } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { createReport } from '../../local/report.ts';
import { refusedWith, resultOf } from './made-results.ts';

describe('a result that npm start shows', () => {
  it('contains no control sequence for the terminal', () => {
    const out = new PassThrough();
    createReport(out).result(resultOf({ id: 'a\u001b]0;t\u0007\u202eb', source: '/s' }, refusedWith('X\u009b2J')));
    const text = String(out.read());
    expect(text).toContain('a\\u001b]0;t\\u0007\\u202eb');
    expect(text).toContain('X\\u009b2J');
  });
});
