import { describe, expect, it } from 'vitest';
import { type Edit, insertAtStart, type Mutant } from '../../faults/mutants/mutate.ts';
import { failsTests } from '../../faults/mutants/run-tests.ts';

const ORDER = 'test/lib/relay/sequence.test.ts';
const of = (edit: Edit): Mutant => ({ name: 'mine', edits: [edit] });

describe('the tests that a mutant names', { timeout: 60_000 }, () => {
  it('fail with a mutant that they notice', () => {
    expect(failsTests([ORDER], of(insertAtStart('isSuperseded', 'return false;')))).toBe(true);
  });

  it('pass with one that they do not notice, and without any', () => {
    expect(failsTests([ORDER], of(insertAtStart('act', "return '';")))).toBe(false);
    expect(failsTests([ORDER])).toBe(false);
  });

  it('must exist', () => {
    expect(() => failsTests(['test/gone.test.ts'])).toThrow(/gone\.test\.ts can't be run:.*No test files found/s);
  });
});
