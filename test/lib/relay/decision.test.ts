import { describe, expect, expectTypeOf, it } from 'vitest';
import { type Complete, type Decision, lastAttempt, type Repeat, type Retry } from '../../../src/lib/relay/decision.ts';

// `npm run types` checks these types.
describe('the type of a decision', () => {
  it('is told apart by its kind, and there is no other kind', () => {
    expectTypeOf<Decision['kind']>().toEqualTypeOf<'complete' | 'refuse' | 'repeat' | 'retry' | 'fail'>();
    expectTypeOf<Extract<Decision, { kind: 'complete' }>>().toEqualTypeOf<Complete>();
    expectTypeOf<Extract<Decision, { kind: 'repeat' }>>().toEqualTypeOf<Repeat>();
    expectTypeOf<Extract<Decision, { kind: 'retry' }>>().toEqualTypeOf<Retry>();
  });

  it('lets only a retry write a note into the row, and never as DONE', () => {
    expectTypeOf<NonNullable<Retry['write']>['state']>().toEqualTypeOf<'READY' | 'CALLING'>();
    expectTypeOf<Complete>().not.toHaveProperty('write');
    expectTypeOf<Repeat>().not.toHaveProperty('write');
  });

  it('needs the owner to end a change, and nothing new to repeat a result', () => {
    expectTypeOf<Complete['owner']>().toEqualTypeOf<string>();
    expectTypeOf<Repeat>().not.toHaveProperty('completion');
    expectTypeOf<Retry>().not.toHaveProperty('completion');
  });
});

describe('what was tried before a retry', () => {
  it.each([
    [2, undefined, { attempts: 2 }],
    [2, { error: { code: 'APIGW.0308' }, status: 429 }, { attempts: 2, code: 'APIGW.0308', status: 429 }],
    [1, { error: { code: 'connection_refused' } }, { attempts: 1, code: 'connection_refused' }],
    [1, { status: 503, requestId: 'r' }, { attempts: 1, status: 503, requestId: 'r' }],
  ])('after %i attempts and %j is %j', (attempts, failure, tried) => {
    expect(lastAttempt(attempts, failure)).toStrictEqual(tried);
  });

  it('never contains a text of the provider', () => {
    const failure = { error: { code: 'c', message: 'CANARY', advice: 'CANARY' }, status: 400 };
    expect(JSON.stringify(lastAttempt(1, failure))).not.toContain('CANARY');
  });
});
