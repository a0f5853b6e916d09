import type { Context } from 'aws-lambda';

/** What Lambda hands a function beside its event. */
export const lambdaContext = (awsRequestId: string, remaining = 30_000): Context => ({
  awsRequestId,
  functionName: 'function-under-test',
  functionVersion: '$LATEST',
  invokedFunctionArn: 'arn:aws:lambda:eu-central-1:000000000000:function:function-under-test',
  memoryLimitInMB: '512',
  logGroupName: 'log-group',
  logStreamName: 'log-stream',
  callbackWaitsForEmptyEventLoop: false,
  getRemainingTimeInMillis: () => remaining,
  done: () => {},
  fail: () => {},
  succeed: () => {},
});
