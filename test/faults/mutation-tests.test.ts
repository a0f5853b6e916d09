import { describe, expect, it } from 'vitest';
import type { Edit, Mutant } from '../../faults/mutation.ts';
import { failsTests } from '../../faults/mutation-tests.ts';

const ORDER = 'test/lib/relay/sequence.test.ts';
const of = (edit: Edit): Mutant => ({ name: 'mine', edits: [edit] });

describe('the tests that a mutant names', { timeout: 60_000 }, () => {
  it('fail with a mutant that they notice', () => {
    expect(failsTests([ORDER], of(['isSuperseded', 'insertAtStart', '', 'return false;']))).toBe(true);
  });

  it('pass with one that they do not notice, and without any', () => {
    expect(failsTests([ORDER], of(['act', 'insertAtStart', '', "return '';"]))).toBe(false);
    expect(failsTests([ORDER])).toBe(false);
  });

  it('must be there', () => {
    expect(() => failsTests(['test/gone.test.ts'])).toThrow(/gone\.test\.ts can't be run:.*No test files found/s);
  });
});
