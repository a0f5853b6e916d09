import { describe, expect, it, vi } from 'vitest';
import { memoizeLast } from '../../../src/lib/json/memoize-last.ts';

describe('memoizeLast', () => {
  it('reads a text once, and another text again', () => {
    const read = vi.fn((text: string) => ({ text }));
    const keep = memoizeLast(read);
    const first = keep('a');
    expect(keep('a')).toBe(first);
    expect(keep('b')).toEqual({ text: 'b' });
    expect(keep('a')).toEqual({ text: 'a' });
    expect(read.mock.calls).toEqual([['a'], ['b'], ['a']]);
  });

  it('keeps a value that is undefined', () => {
    const read = vi.fn(() => undefined);
    const keep = memoizeLast(read);
    keep('a');
    keep('a');
    expect(read).toHaveBeenCalledOnce();
  });

  it('reads again what could not be read, and keeps what was read before', () => {
    const read = vi.fn((text: string) => {
      if (text === 'bad') throw new Error('unreadable');
      return text;
    });
    const keep = memoizeLast(read);
    keep('good');
    expect(() => keep('bad')).toThrow('unreadable');
    expect(() => keep('bad')).toThrow('unreadable');
    expect(keep('good')).toBe('good');
    expect(read.mock.calls.flat()).toEqual(['good', 'bad', 'bad']);
  });
});
