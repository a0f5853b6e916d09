import { describe, expect, it } from 'vitest';
import { unprovenIn } from '../../../faults/processes/figures.ts';

describe('a run', () => {
  const operations = { 'stop-it': { succeeded: 1 }, 'start-it': { rejected: 9, unknown: 1 }, 'lose-it': {} };

  it('proves nothing about an operation that never succeeded', () => {
    expect(unprovenIn({ changes: 300, operations })).toEqual(['start-it', 'lose-it']);
  });

  it('may be too short for every operation to succeed', () => {
    expect(unprovenIn({ changes: 299, operations })).toEqual([]);
  });
});
