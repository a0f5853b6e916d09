import { describe, expect, it } from 'vitest';
import { triedBy } from '../../../src/lib/relay/decision.ts';

describe('what was tried before a retry', () => {
  it.each([
    [2, undefined, { attempts: 2 }],
    [2, { error: { code: 'APIGW.0308' }, status: 429 }, { attempts: 2, code: 'APIGW.0308', status: 429 }],
    [1, { error: { code: 'connection_refused' } }, { attempts: 1, code: 'connection_refused' }],
    [1, { status: 503, requestId: 'r' }, { attempts: 1, status: 503, requestId: 'r' }],
  ])('after %i attempts and %j is %j', (attempts, failure, tried) => {
    expect(triedBy(attempts, failure)).toStrictEqual(tried);
  });

  it('never has a text of the provider', () => {
    const failure = { error: { code: 'c', message: 'CANARY', advice: 'CANARY' }, status: 400 };
    expect(JSON.stringify(triedBy(1, failure))).not.toContain('CANARY');
  });
});
