import { describe, expect, it } from 'vitest';
import { NotYet } from '../../../src/lib/relay/retry-later.ts';

describe('a change that is handed back', () => {
  it('says why, in its message too, and when it is wanted again', () => {
    const back = new NotYet('lease_held', 1500);
    expect(back).toBeInstanceOf(Error);
    expect(back).toMatchObject({ name: 'NotYet', message: 'handed back: lease_held', reason: 'lease_held' });
    expect(back.delay).toBe(1500);
    expect(back.tried).toEqual({});
    expect(back.behind).toBeUndefined();
    expect(back.subject).toBeUndefined();
  });

  it.each([
    [0.2, 1],
    [1000.5, 1001],
    [0, 0],
    [-5, 0],
  ])('after %d milliseconds waits whole ones, never fewer: %i', (delay, whole) => {
    expect(new NotYet('contended', delay).delay).toBe(whole);
  });

  it('says what was tried, as far as anything was', () => {
    const back = () => new NotYet('provider_busy', 0);
    expect(back().afterTrying(2).tried).toStrictEqual({ attempts: 2 });
    expect(back().afterTrying(2, { error: { code: 'APIGW.0308' }, status: 429 }).tried).toStrictEqual({
      attempts: 2,
      code: 'APIGW.0308',
      status: 429,
    });
    expect(back().afterTrying(1, { error: { code: 'connection_refused' } }).tried).toStrictEqual({
      attempts: 1,
      code: 'connection_refused',
    });
    expect(back().afterTrying(1, { status: 503 }).tried).toStrictEqual({ attempts: 1, status: 503 });
  });

  it('never carries a text of the provider', () => {
    const failure = { error: { code: 'c', message: 'CANARY', advice: 'CANARY' }, status: 400 };
    expect(JSON.stringify(new NotYet('provider_busy', 0).afterTrying(1, failure))).not.toContain('CANARY');
  });

  it('says which change waits, and for which', () => {
    const back = new NotYet('barrier_held', 1).about({ id: 'i' }).waitingFor('change#1');
    expect(back.subject).toEqual({ id: 'i' });
    expect(back.behind).toBe('change#1');
  });
});
