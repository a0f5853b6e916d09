import { describe, expect, it } from 'vitest';
import { AwsError } from '../../../src/cli/stage/aws-call.ts';
import { toFault } from '../../../src/cli/stage/aws-faults.ts';

const named = (name: string, message: string, more: object = {}) =>
  Object.assign(new Error(message), { name, ...more });

describe('what AWS and the way to it say', () => {
  it.each<[string, unknown, string, number, string | undefined]>([
    [
      'nobody logged in',
      named('CredentialsProviderError', 'Could not load credentials'),
      'no_credentials',
      4,
      undefined,
    ],
    [
      'a right that is missing',
      new AwsError('AccessDeniedException', 'no', 403),
      'access_denied',
      4,
      'AccessDeniedException',
    ],
    [
      'a refused connection of fetch',
      new TypeError('fetch failed', {
        cause: named('Error', 'connect ECONNREFUSED 127.0.0.1:9', { code: 'ECONNREFUSED' }),
      }),
      'unreachable',
      1,
      'connect ECONNREFUSED 127.0.0.1:9',
    ],
    [
      'a refused connection of the SDK',
      named('AggregateError', '', { code: 'ECONNREFUSED' }),
      'unreachable',
      1,
      'ECONNREFUSED',
    ],
    [
      'a name without an address',
      named('Error', 'getaddrinfo ENOTFOUND x', { code: 'ENOTFOUND', $metadata: {} }),
      'unreachable',
      1,
      'getaddrinfo ENOTFOUND x',
    ],
    ['no answer', new DOMException('aborted due to timeout', 'TimeoutError'), 'unreachable', 1, 'no answer in time'],
    ['a file that is not there', named('Error', 'ENOENT', { code: 'ENOENT' }), 'failed', 1, undefined],
    ['a bug', new TypeError('x is not a function'), 'failed', 1, undefined],
    ['an exception of AWS', named('ValidationException', 'bad', { $metadata: {} }), 'failed', 1, 'ValidationException'],
  ])('of %s has a code of its own and no name of a class', (_name, error, code, exit, why) => {
    const fault = toFault(error);
    expect([fault.code, fault.exit, fault.trouble.why]).toEqual([code, exit, why]);
    expect(fault.trouble.fix).toBeDefined();
  });
});
