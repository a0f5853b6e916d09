import { describe, expect, it } from 'vitest';
import { toOperatorError } from '../../../src/operator/stage/aws-faults.ts';

const named = (name: string, message: string, more: object = {}) =>
  Object.assign(new Error(message), { name, ...more });

describe('an error of AWS or of the network', () => {
  it.each<[string, unknown, string, string, string | undefined]>([
    [
      'nobody logged in',
      named('CredentialsProviderError', 'Could not load credentials'),
      'no_credentials',
      'denied',
      undefined,
    ],
    [
      'a right that is missing',
      named('AccessDeniedException', 'no', { $metadata: {} }),
      'access_denied',
      'denied',
      'AccessDeniedException',
    ],
    [
      'a refused connection of fetch',
      new TypeError('fetch failed', {
        cause: named('Error', 'connect ECONNREFUSED 127.0.0.1:9', { code: 'ECONNREFUSED' }),
      }),
      'unreachable',
      'broken',
      'connect ECONNREFUSED 127.0.0.1:9',
    ],
    [
      'a refused connection of the SDK',
      named('AggregateError', '', { code: 'ECONNREFUSED' }),
      'unreachable',
      'broken',
      'ECONNREFUSED',
    ],
    [
      'a name without an address',
      named('Error', 'getaddrinfo ENOTFOUND x', { code: 'ENOTFOUND', $metadata: {} }),
      'unreachable',
      'broken',
      'getaddrinfo ENOTFOUND x',
    ],
    [
      'no answer',
      new DOMException('aborted due to timeout', 'TimeoutError'),
      'unreachable',
      'broken',
      'no answer in time',
    ],
    ['a file that is not there', named('Error', 'ENOENT', { code: 'ENOENT' }), 'failed', 'broken', undefined],
    ['a bug', new TypeError('x is not a function'), 'failed', 'broken', undefined],
    [
      'an exception of AWS',
      named('ValidationException', 'bad', { $metadata: {} }),
      'failed',
      'broken',
      'ValidationException',
    ],
  ])('%s has a code of its own and no name of a class', (_name, error, code, kind, why) => {
    const fault = toOperatorError(error);
    expect({ code: fault.code, kind: fault.kind, why: fault.diagnostic.why }).toEqual({ code, kind, why });
    expect(fault.diagnostic.fix).toBeDefined();
  });
});
