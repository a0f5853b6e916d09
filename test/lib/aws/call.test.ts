import { describe, expect, it, onTestFinished } from 'vitest';
import { createAws } from '../../../src/lib/aws/call.ts';
import { AwsFailure } from '../../../src/lib/aws/failure.ts';
import { DYNAMODB, EVENTBRIDGE, endpointOf, SECRETS_MANAGER, SQS, SSM } from '../../../src/lib/aws/services.ts';
import { type Say, startAwsService } from '../../support/aws-service.ts';

const KEYS = { AWS_REGION: 'eu-central-1', AWS_ACCESS_KEY_ID: 'AKID', AWS_SECRET_ACCESS_KEY: 'CANARY-SECRET' };
const OK: Say = { status: 200, body: '{"ok":true}' };
const refusal = (code: string, status = 400): Say => ({
  status,
  body: JSON.stringify({ __type: `com.amazonaws.dynamodb.v20120810#${code}`, message: 'CANARY-MESSAGE' }),
});

/** A service that gives these replies, and calls of it. Delays are as long as the jitter allows if `random` is 1. */
async function serviceThat(says: Say[], { deadline = 2000, random = 0, environment = {}, clock = Date.now } = {}) {
  const service = await startAwsService(...says);
  onTestFinished(service.stop);
  const variables: Record<string, string | undefined> = { ...KEYS, AWS_ENDPOINT_URL: service.url, ...environment };
  const aws = createAws(variables, { random: () => random, clock });
  return { ...service, variables, aws, call: aws(DYNAMODB, deadline) };
}

/** A connection is used again only in the turn after its reply. */
const turn = () => new Promise((resolve) => setTimeout(resolve, 5));
const faultOf = (promise: Promise<unknown>) =>
  promise.then(
    () => expect.unreachable(),
    (fault: unknown) => fault as AwsFailure,
  );

describe('a call', () => {
  it('is a signed POST with the JSON of its service', async () => {
    const { call, heard, url } = await serviceThat([OK]);
    expect(await call('GetItem', { Key: { pk: { S: 'ä😀' } } })).toEqual({ ok: true });
    expect(heard).toMatchObject([
      {
        ...{ method: 'POST', path: '/', body: '{"Key":{"pk":{"S":"ä😀"}}}' },
        headers: {
          host: new URL(url).host,
          'content-type': 'application/x-amz-json-1.0',
          'x-amz-target': 'DynamoDB_20120810.GetItem',
          'user-agent': 'migration-relay',
          authorization: expect.stringMatching(
            /^AWS4-HMAC-SHA256 Credential=AKID\/\d{8}\/eu-central-1\/dynamodb\/aws4_request, SignedHeaders=content-type;host;x-amz-date;x-amz-target, Signature=[0-9a-f]{64}$/,
          ),
        },
      },
    ]);
  });

  it.each([
    [SQS, 'application/x-amz-json-1.0', 'AmazonSQS.Do'],
    [EVENTBRIDGE, 'application/x-amz-json-1.1', 'AWSEvents.Do'],
    [SECRETS_MANAGER, 'application/x-amz-json-1.1', 'secretsmanager.Do'],
    [SSM, 'application/x-amz-json-1.1', 'AmazonSSM.Do'],
  ])('of $name names its target and its content', async (of, type, target) => {
    const { aws, heard } = await serviceThat([OK]);
    await aws(of, 2000)('Do', {});
    expect(heard[0]?.headers).toMatchObject({ 'content-type': type, 'x-amz-target': target });
  });

  it('is signed with the credentials that the environment has at that moment', async () => {
    const { call, heard, variables } = await serviceThat([OK]);
    await call('One', {});
    Object.assign(variables, { AWS_ACCESS_KEY_ID: 'ASIANEW', AWS_SESSION_TOKEN: 'session' });
    await call('Two', {});
    expect(heard[0]?.headers['x-amz-security-token']).toBeUndefined();
    expect(heard[1]?.headers['x-amz-security-token']).toBe('session');
    expect(heard[1]?.headers.authorization).toContain('Credential=ASIANEW/');
    expect(heard[1]?.headers.authorization).toContain('x-amz-security-token');
  });

  it('carries the trace of the invocation, with which Lambda detects loops', async () => {
    const { call, heard, variables } = await serviceThat([OK]);
    await call('One', {});
    variables._X_AMZN_TRACE_ID = 'Root=1-5759e988-bd862e3fe1be46a994272793';
    await call('Two', {});
    expect(heard.map(({ headers }) => headers['x-amzn-trace-id'])).toEqual([
      undefined,
      'Root=1-5759e988-bd862e3fe1be46a994272793',
    ]);
  });

  it('returns undefined where the service replies with nothing', async () => {
    const { call } = await serviceThat([{ status: 200 }]);
    expect(await call('TagResource', {})).toEqual({});
  });

  it('takes a reply as large as the largest item', async () => {
    const { call } = await serviceThat([{ status: 200, body: JSON.stringify({ S: 'x'.repeat(420_000) }) }]);
    expect(await call<{ S: string }>('GetItem', {})).toHaveProperty('S.length', 420_000);
  });
});

describe('the connections of calls', () => {
  it('are used again', async () => {
    const { call, heard } = await serviceThat([OK]);
    for (let count = 0; count < 3; count++) await call('GetItem', {}).then(turn);
    expect(new Set(heard.map(({ port }) => port)).size).toBe(1);
  });

  it('are not used after twenty seconds without a request', async () => {
    const time = { now: Date.UTC(2026, 0, 1) };
    const { call, heard } = await serviceThat([OK], { clock: () => time.now });
    await call('GetItem', {}).then(turn);
    time.now += 20_000;
    await call('GetItem', {}).then(turn);
    expect(heard[1]?.port).toBe(heard[0]?.port);
    time.now += 20_001;
    await call('GetItem', {});
    expect(heard[2]?.port).not.toBe(heard[0]?.port);
  });

  it('end with a reply that is larger than any item', async () => {
    const { call } = await serviceThat([{ status: 200, body: ' '.repeat(1024 * 1024 + 1) }]);
    expect(await faultOf(call('GetItem', {}))).toMatchObject({ name: 'AwsUnreachable', code: 'reply_too_large' });
  });
});

describe('a refusal', () => {
  it('is an error with its name, and repeats no text', async () => {
    const { call, heard } = await serviceThat([refusal('ConditionalCheckFailedException')]);
    const fault = await faultOf(call('UpdateItem', {}));
    expect(fault).toBeInstanceOf(AwsFailure);
    expect(fault).toMatchObject({
      ...{ name: 'ConditionalCheckFailedException', code: 'ConditionalCheckFailedException', status: 400 },
    });
    expect(`${fault} ${fault.stack} ${JSON.stringify(fault)}`).not.toContain('CANARY');
    expect(heard).toHaveLength(1);
  });

  it.each([
    ['a header', { status: 400, headers: { 'x-amzn-errortype': 'ResourceNotFoundException:http://x/' }, body: '' }],
    ['a type without a namespace', { status: 400, body: '{"__type":"ResourceNotFoundException"}' }],
  ])('is named by %s', async (_what, say) => {
    const { call } = await serviceThat([say]);
    expect((await faultOf(call('GetSecretValue', {}))).name).toBe('ResourceNotFoundException');
  });

  it.each([['<html>CANARY</html>'], ['{"__type":"CAN ARY"}'], ['null'], ['']])(
    'that cannot be read has no name of its own: %s',
    async (body) => {
      const { call } = await serviceThat([{ status: 403, body }]);
      expect(await faultOf(call('GetItem', {}))).toMatchObject({ name: 'reply_unreadable', status: 403 });
    },
  );

  it.each(['ValidationException', 'AccessDeniedException', 'ResourceNotFoundException', 'ExpiredTokenException'])(
    'that is final is not repeated: %s',
    async (code) => {
      const { call, heard } = await serviceThat([refusal(code)]);
      expect((await faultOf(call('GetItem', {}))).name).toBe(code);
      expect(heard).toHaveLength(1);
    },
  );
});

describe('a call that fails for a moment', () => {
  it.each<[string, Say]>([
    ['throttled', refusal('ThrottlingException')],
    ['beyond the table', refusal('ProvisionedThroughputExceededException')],
    ['beyond the account', refusal('RequestLimitExceeded')],
    ['too many', { status: 429, body: '' }],
    ['an internal error', refusal('InternalServerError', 500)],
    ['a gateway', { status: 503, body: 'busy' }],
    ['a lost reply', 'cut'],
    ['half a reply', { status: 200, body: '{"ok":' }],
  ])('is repeated with a new signature: %s', async (_what, say) => {
    const { call, heard } = await serviceThat([say, say, OK]);
    expect(await call('UpdateItem', { n: 1 })).toEqual({ ok: true });
    expect(heard.map(({ body }) => body)).toEqual(Array(3).fill('{"n":1}'));
  });

  it('is repeated twice and no more', async () => {
    const { call, heard } = await serviceThat([refusal('ThrottlingException')]);
    expect((await faultOf(call('UpdateItem', {}))).name).toBe('ThrottlingException');
    expect(heard).toHaveLength(3);
  });

  it('is repeated after a refused connection, and names that cause', async () => {
    const { call, stop } = await serviceThat([OK]);
    await stop();
    expect(await faultOf(call('GetItem', {}))).toMatchObject({ name: 'AwsUnreachable', code: 'connection_refused' });
  });

  // `pauses.test.ts` checks how long each delay is.
  it('waits before each repeat, up to twice as long each time', async () => {
    const say = { status: 500, body: '' };
    const { call, heard } = await serviceThat([say, say, OK], { random: 1, deadline: 5000 });
    await call('UpdateItem', {});
    const [one = 0, two = 0, three = 0] = heard.map(({ at }) => at);
    expect(two - one).toBeGreaterThanOrEqual(95);
    expect(three - two).toBeGreaterThanOrEqual(195);
  });
});

describe('the deadline', () => {
  it.each<[string, Say, object]>([
    ['silence', 'silence', { name: 'AwsUnreachable', code: 'request_timeout' }],
    ['repeats', refusal('ThrottlingException'), { name: 'ThrottlingException' }],
  ])('ends a call and its repeats, which fails with the last failure: %s', async (_what, say, fault) => {
    const { call, heard } = await serviceThat([say], { deadline: 150, random: 1 });
    expect(await faultOf(call('UpdateItem', {}))).toMatchObject(fault);
    expect(heard).toHaveLength(1);
  });
});

describe('the endpoint', () => {
  const base = { AWS_REGION: 'eu-central-1' };
  it.each([
    [{}, 'https://dynamodb.eu-central-1.amazonaws.com/'],
    [{ AWS_REGION: '', AWS_DEFAULT_REGION: 'eu-west-1' }, 'https://dynamodb.eu-west-1.amazonaws.com/'],
    [{ AWS_REGION: 'cn-north-1' }, 'https://dynamodb.cn-north-1.amazonaws.com.cn/'],
    [{ AWS_REGION: 'us-gov-west-1' }, 'https://dynamodb.us-gov-west-1.amazonaws.com/'],
    [{ AWS_ENDPOINT_URL: 'http://127.0.0.1:1' }, 'http://127.0.0.1:1/'],
    [{ AWS_ENDPOINT_URL: 'http://a', AWS_ENDPOINT_URL_DYNAMODB: 'http://b/base' }, 'http://b/base'],
    [{ AWS_ENDPOINT_URL_SQS: 'http://a' }, 'https://dynamodb.eu-central-1.amazonaws.com/'],
    [{ AWS_ENDPOINT_URL_DYNAMODB: '' }, 'https://dynamodb.eu-central-1.amazonaws.com/'],
  ])('of %o is %s', (environment, url) => {
    expect(endpointOf(DYNAMODB, { ...base, ...environment }).href).toBe(url);
  });

  it('is undefined without a region', () => {
    expect(() => createAws({})).toThrow('AWS_REGION is not set');
  });
});

describe('several calls at the same time, each with others waiting', () => {
  it('take one connection each, and no more', async () => {
    const { call, heard } = await serviceThat([OK]);
    const three = async () => {
      for (let calls = 0; calls < 3; calls++) await call('GetItem', {});
    };
    await Promise.all(Array.from({ length: 10 }, three));
    expect(heard).toHaveLength(30);
    expect(new Set(heard.map(({ port }) => port)).size).toBe(10);
  });
});
