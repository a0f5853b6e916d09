import { describe, expect, it } from 'vitest';
import { path } from '../../../src/lib/operations/paths.ts';

describe('a path', () => {
  it('holds ids as they are', () => {
    expect(path`/v2/${'a-Z_9'}/task/${'b'.repeat(255)}`).toBe(`/v2/a-Z_9/task/${'b'.repeat(255)}`);
  });

  it.each(['', 'a/b', '../a', 'a ', ' a', 'a\n', 'ä', 'a.b', '..', 'b'.repeat(256)])(
    'is not built of the id %j',
    (id) => {
      const message = 'an id of the path has a character outside A-Z a-z 0-9 _ -';
      expect(() => path`/v2/${'a'}/task/${id}`).toThrow(new RangeError(message));
      expect(() => path`/v2/${id}/task/${'a'}`).toThrow(new RangeError(message));
    },
  );
});
