import { describe, expect, it } from 'vitest';
import { AwsFailure, isPassing, isThrottled, readReply } from '../../../src/lib/aws/failure.ts';

const reply = (status: number, body: string, headers = {}) =>
  readReply({ complete: true, status, headers, body: Buffer.from(body) });
const nameIn = (body: string, headers = {}) => {
  const read = reply(400, body, headers);
  return 'failure' in read ? read.failure.name : expect.unreachable();
};
const type = (name: string) => JSON.stringify({ __type: name });

describe('a failure', () => {
  it('of a reply has its name and status', () => {
    const failure = new AwsFailure('ThrottlingException', 400);
    expect({ ...failure, message: failure.message }).toEqual({
      ...{ name: 'ThrottlingException', code: 'ThrottlingException', status: 400 },
      message: 'a call of AWS failed: ThrottlingException',
    });
  });

  it('without a whole reply says why there is none', () => {
    const failure = new AwsFailure('request_timeout', 0);
    expect({ ...failure, message: failure.message }).toEqual({
      ...{ name: 'AwsUnreachable', code: 'request_timeout', status: 0 },
      message: 'a call of AWS failed: request_timeout',
    });
  });

  it.each([
    ...['BandwidthLimitExceeded', 'LimitExceededException', 'ProvisionedThroughputExceededException'],
    ...['RequestLimitExceeded', 'RequestThrottled', 'RequestThrottledException', 'SlowDown', 'ThrottledException'],
    ...['Throttling', 'ThrottlingException', 'TooManyRequestsException', 'KmsThrottled', 'KMS.ThrottlingException'],
  ])('that asks to slow down may be repeated: %s', (code) => {
    expect({
      isThrottled: isThrottled(new AwsFailure(code, 400)),
      isPassing: isPassing(new AwsFailure(code, 400)),
    }).toEqual({ isThrottled: true, isPassing: true });
  });

  it.each([
    ['InternalServerError', 400],
    ['RequestTimeout', 400],
    ['RequestTimeoutException', 408],
    ['AnyThing', 500],
    ['AnyThing', 503],
    ['connection_reset', 0],
  ])('may be repeated without slowing down: %s with %i', (code, status) => {
    expect({
      isThrottled: isThrottled(new AwsFailure(code, status)),
      isPassing: isPassing(new AwsFailure(code, status)),
    }).toEqual({ isThrottled: false, isPassing: true });
  });

  it.each([
    ['ValidationException', 400],
    ['ResourceNotFoundException', 404],
    ['AccessDeniedException', 403],
    ['AnyThing', 499],
    ['KmsDisabled', 400],
    ['', 400],
  ])('is final: %s with %i', (code, status) => {
    expect({
      isThrottled: isThrottled(new AwsFailure(code, status)),
      isPassing: isPassing(new AwsFailure(code, status)),
    }).toEqual({ isThrottled: false, isPassing: false });
  });

  it('with the status 429 asks to slow down, whatever its name', () => {
    expect(isThrottled(new AwsFailure('reply_unreadable', 429))).toBe(true);
  });
});

describe('a reply', () => {
  it.each([
    ['{"a":1}', { a: 1 }],
    ['', {}],
    ['[]', []],
    ['null', null],
  ])('of 200 is its JSON: %s', (body, output) => {
    expect(reply(200, body)).toEqual({ output });
  });

  it('of 200 that is not JSON may have been cut, and counts as no reply', () => {
    expect(reply(200, '{"a"')).toMatchObject({
      failure: { name: 'AwsUnreachable', code: 'reply_unreadable', status: 0 },
    });
  });

  it.each([201, 204, 302, 400, 503])('of %i is a failure, whatever it contains', (status) => {
    expect(reply(status, '{"a":1}')).toMatchObject({ failure: { name: 'reply_unreadable', status } });
  });

  it('that is not complete is a failure named by its cause', () => {
    expect(readReply({ complete: false, code: 'reply_truncated' })).toMatchObject({
      failure: { name: 'AwsUnreachable', code: 'reply_truncated', status: 0 },
    });
  });

  it.each([
    ['ThrottlingException', 'ThrottlingException'],
    ['com.amazonaws.dynamodb.v20120810#ThrottlingException', 'ThrottlingException'],
    ['aws.protocoltests.json10#FooError:http://internal.amazon.com/coral/', 'FooError'],
    ['AWS.SimpleQueueService.NonExistentQueue', 'AWS.SimpleQueueService.NonExistentQueue'],
    ['x'.repeat(100), 'x'.repeat(100)],
    ['x'.repeat(101), 'reply_unreadable'],
    ['Foo Error', 'reply_unreadable'],
    [' FooError', 'reply_unreadable'],
    ['Foo#Bar#Baz', 'reply_unreadable'],
    ['', 'reply_unreadable'],
  ])('of the type %j is named %s', (errorType, name) => {
    expect(nameIn(type(errorType))).toBe(name);
  });

  it.each(['{"__type":7}', '{}', '[]', 'null', '"ThrottlingException"x', '7'])(
    'without a type has no name: %s',
    (body) => {
      expect(nameIn(body)).toBe('reply_unreadable');
    },
  );

  it('is named by its header rather than by its body', () => {
    expect(nameIn(type('Other'), { 'x-amzn-errortype': 'FooError:http://x/' })).toBe('FooError');
    expect(nameIn('', { 'x-amzn-errortype': 'FooError' })).toBe('FooError');
    expect(nameIn(type('Other'), { 'x-amzn-errortype': ['FooError'] })).toBe('reply_unreadable');
  });
});
