import { describe, expect, it } from 'vitest';
import { RetryLater } from '../../../src/lib/relay/retry-later.ts';

describe('a change that is tried again later', () => {
  it('gives its reason, in its message too, and its delay', () => {
    const error = new RetryLater({ reason: 'lease_held', delay: 1500 });
    expect(error).toBeInstanceOf(Error);
    expect(error).toMatchObject({
      name: 'RetryLater',
      message: 'retried later: lease_held',
      reason: 'lease_held',
      delay: 1500,
      tried: {},
    });
    expect(error.behind).toBeUndefined();
    expect(error.change).toBeUndefined();
  });

  it.each([
    [0.2, 1],
    [1000.5, 1001],
    [0, 0],
    [-5, 0],
  ])('waits whole milliseconds, never fewer: %d becomes %i', (delay, whole) => {
    expect(new RetryLater({ reason: 'contended', delay }).delay).toBe(whole);
  });

  it('names the change that waits, the change it waits for, and what was tried', () => {
    const tried = { attempts: 2, code: 'APIGW.0308', status: 429 };
    const retry = { reason: 'subject_locked', delay: 1, behind: 'change#1', tried } as const;
    expect(new RetryLater(retry, { id: 'i' })).toMatchObject({ change: { id: 'i' }, behind: 'change#1', tried });
  });
});
