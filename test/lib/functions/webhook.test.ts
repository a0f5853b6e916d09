import { randomUUID } from 'node:crypto';
import { CreateQueueCommand, ReceiveMessageCommand } from '@aws-sdk/client-sqs';
import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { webhookHandler } from '../../../src/lib/functions/webhook.ts';
import type { WebhookRequest } from '../../../src/lib/webhook/signature.ts';
import { type Queues, startQueues } from '../../../stand-ins/sqs/service.ts';
import { captureLines } from '../../support/captured-lines.ts';
import { lambdaContext } from '../../support/lambda-context.ts';
import { ALL_OPERATIONS } from '../../support/relay-under-test.ts';
import { type SecretStore, startSecretStore } from '../../support/secret-store.ts';
import { BODY, EVENT, FOREIGN_SECRET, SECRET, type Signing, signedRequest } from '../../support/signed-request.ts';

let queues: Queues;
let secrets: SecretStore;
const storedSecrets = { 'relay/test/webhook': JSON.stringify({ secrets: [SECRET] }) };
beforeAll(async () => {
  [queues, secrets] = await Promise.all([startQueues('eu-central-1'), startSecretStore(storedSecrets)]);
});
afterEach(() => {
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
  vi.useRealTimers();
  secrets.away = false;
  secrets.hold(storedSecrets);
});
afterAll(() => Promise.all([queues.close(), secrets.stop()]));

/** The handler as Lambda starts it, with a queue of its own. */
async function createUnderTest(environment: Record<string, string> = {}, endpoint = queues.url) {
  const QueueName = `${randomUUID()}.fifo`;
  await queues.client.send(new CreateQueueCommand({ QueueName, Attributes: { FifoQueue: 'true' } }));
  const url = `${endpoint}/000000000000/${QueueName}`;
  for (const [name, value] of Object.entries(environment)) vi.stubEnv(name, value);
  const handler = webhookHandler(ALL_OPERATIONS, {
    AWS_REGION: 'eu-central-1',
    AWS_ACCESS_KEY_ID: 'local',
    AWS_SECRET_ACCESS_KEY: 'CANARY-AWS-KEY',
    AWS_ENDPOINT_URL_SQS: endpoint,
    AWS_ENDPOINT_URL_SECRETS_MANAGER: secrets.url,
    POWERTOOLS_METRICS_DISABLED: 'true',
    STAGE: 'test',
    TIME_SCALE: '20',
    PROVIDER: 'huawei-cloud',
    WEBHOOK_SECRETS: 'relay/test/webhook',
    DCS_QUEUE_URL: url,
  });
  secrets.reads.length = 0;
  const captured = captureLines();
  return {
    ...captured,
    send: (event: Partial<APIGatewayProxyEventV2>) =>
      handler({ ...HTTP, ...event }, lambdaContext(randomUUID())) as Promise<{
        statusCode: number;
        headers: object;
        body: string;
      }>,
    async queued(): Promise<string[]> {
      const asked = { QueueUrl: `${queues.url}/000000000000/${QueueName}`, MaxNumberOfMessages: 10 };
      const { Messages = [] } = await queues.client.send(new ReceiveMessageCommand(asked));
      return Messages.map(({ Body = '' }) => Body);
    },
  };
}

const HTTP: APIGatewayProxyEventV2 = {
  version: '2.0',
  routeKey: 'POST /changes',
  rawPath: '/changes',
  rawQueryString: '',
  headers: {},
  isBase64Encoded: false,
  requestContext: {
    accountId: '000000000000',
    apiId: 'api',
    domainName: 'api.example',
    domainPrefix: 'api',
    http: { method: 'POST', path: '/changes', protocol: 'HTTP/1.1', sourceIp: '192.0.2.1', userAgent: 'test' },
    requestId: 'http-request-1',
    routeKey: 'POST /changes',
    stage: '$default',
    time: '03/Feb/2026:09:29:00 +0000',
    timeEpoch: 1_770_110_940_000,
  },
};

/** A request signed now, as the HTTP API passes it on. The HTTP API lets only POST /changes through. */
function toEvent(
  { headers, body }: WebhookRequest,
  encoding: 'utf8' | 'base64' = 'utf8',
): Partial<APIGatewayProxyEventV2> {
  return { headers, body: body.toString(encoding), isBase64Encoded: encoding === 'base64' };
}
const now = () => String(Math.floor(Date.now() / 1000));
const signed = (over: Signing = {}) => signedRequest({ time: now(), ...over });

describe('the webhook as a Lambda function', () => {
  it('accepts a signed change, queues it and answers with its name', async () => {
    const { send, queued } = await createUnderTest();
    expect(await send(toEvent(signed()))).toEqual({
      statusCode: 202,
      headers: { 'content-type': 'application/json', 'cache-control': 'no-store' },
      body: JSON.stringify({ changes: [{ id: EVENT.id, source: EVENT.source }] }),
    });
    expect((await queued()).map((body) => JSON.parse(body))).toEqual([EVENT]);
  });

  it('accepts a body in base64, which is how the HTTP API passes on bytes', async () => {
    const { send, queued } = await createUnderTest();
    const body = JSON.stringify({ ...EVENT, comment: 'ä😀' });
    expect((await send(toEvent(signed({ body }), 'base64'))).statusCode).toBe(202);
    expect(await queued()).toHaveLength(1);
  });

  it.each([
    ['in capitals', (name: string) => name.toUpperCase()],
    ['in mixed case', (name: string) => name.replace(/^w|-i|-s|-t/g, (part) => part.toUpperCase())],
  ])('accepts header names %s', async (_what, toName) => {
    const { send } = await createUnderTest();
    const { headers, body } = signed();
    const renamed = Object.fromEntries(Object.entries(headers).map(([name, value]) => [toName(name), value]));
    expect((await send(toEvent({ headers: renamed, body }))).statusCode).toBe(202);
  });

  it('queues a change once that its sender repeats', async () => {
    const { send, queued } = await createUnderTest();
    const event = toEvent(signed());
    for (let count = 0; count < 5; count++) expect((await send(event)).statusCode).toBe(202);
    expect((await send(toEvent(signed({ id: 'msg_again' })))).statusCode).toBe(202);
    expect(await queued()).toHaveLength(1);
    expect(await queued()).toEqual([]);
  });

  it.each([
    ['without a body', 400, { ...toEvent(signed()), body: undefined }],
    ['with plain text that is called base64', 401, { ...toEvent(signed()), isBase64Encoded: true }],
    ['with base64 that is called plain text', 401, { ...toEvent(signed(), 'base64'), isBase64Encoded: false }],
    ['without headers', 401, { body: BODY, headers: {} }],
    ['with a foreign signature', 401, toEvent(signed({ secret: FOREIGN_SECRET }))],
    [
      'with a header twice, joined by a comma',
      401,
      toEvent(signed({ headers: { 'webhook-id': 'msg_CANARY,msg_CANARY' } })),
    ],
    ['with another content type', 415, toEvent(signed({ headers: { 'content-type': 'text/plain' } }))],
    ['with bytes that are no UTF-8', 400, toEvent(signed({ body: Buffer.from([0xff]) }), 'base64')],
    ['with a change that is wrong', 400, toEvent(signed({ body: JSON.stringify({ ...EVENT, data: 'CANARY' }) }))],
    ['with too much', 413, toEvent(signed({ body: 'CANARY'.repeat(100_000) }))],
  ])('answers a request %s with %i and a problem, and queues nothing', async (_what, status, event) => {
    const { send, queued } = await createUnderTest();
    const reply = await send(event as Partial<APIGatewayProxyEventV2>);
    expect(reply).toMatchObject({
      statusCode: status,
      headers: { 'content-type': 'application/problem+json', 'cache-control': 'no-store' },
    });
    expect(JSON.parse(reply.body)).toMatchObject({ status, type: expect.stringMatching(/^urn:/) });
    expect(reply.body).not.toContain('CANARY');
    expect(await queued()).toEqual([]);
  });

  it('writes one line for each request, with its answer and both request ids, and nothing of what was sent', async () => {
    const { send, lines, texts } = await createUnderTest({ POWERTOOLS_LOGGER_LOG_EVENT: 'true' });
    await send(toEvent(signed()));
    await send(toEvent(signed({ secret: FOREIGN_SECRET })));
    await send(toEvent(signed({ body: '"CANARY"' })));
    expect(lines()).toHaveLength(3);
    expect(lines()).toMatchObject(
      [202, 401, 400].map((status) => ({
        level: 'INFO',
        message: 'webhook answered',
        status,
        request: 'http-request-1',
        function_request_id: expect.stringMatching(/^[0-9a-f-]{36}$/),
      })),
    );
    expect(new Set(lines().map((line) => line.function_request_id)).size).toBe(3);
    expect(lines().filter((line) => 'fault' in line)).toEqual([]);
    expect(texts.join()).not.toMatch(/CANARY|whsec_|v1,/);
  });
});

describe('a flood of bad signatures', () => {
  it('reads the secrets once', async () => {
    const { send } = await createUnderTest();
    const event = toEvent(signed({ secret: FOREIGN_SECRET }));
    for (let count = 0; count < 300; count++) expect((await send(event)).statusCode).toBe(401);
    expect(secrets.reads).toEqual(['relay/test/webhook']);
  });

  it('reads none if no signature looks like one', async () => {
    const { send } = await createUnderTest();
    const event = toEvent(signed({ headers: { 'webhook-signature': 'v1,CANARY' } }));
    for (let count = 0; count < 300; count++) expect((await send(event)).statusCode).toBe(401);
    expect(secrets.reads).toEqual([]);
  });
});

describe('the secrets', () => {
  it('are read again after five minutes, so that a rotation needs no deployment', async () => {
    vi.useFakeTimers({ toFake: ['Date'] });
    const { send } = await createUnderTest();
    const bySecond = () => send(toEvent(signed({ secret: FOREIGN_SECRET })));
    expect((await bySecond()).statusCode).toBe(401);
    secrets.hold({ 'relay/test/webhook': JSON.stringify({ secrets: [SECRET, FOREIGN_SECRET] }) });
    expect((await bySecond()).statusCode).toBe(401);
    vi.advanceTimersByTime(301_000);
    expect((await bySecond()).statusCode).toBe(202);
    expect(secrets.reads).toHaveLength(2);
  });

  it('that cannot be read are answered with 503, requested once a minute, and used once they are back', async () => {
    vi.useFakeTimers({ toFake: ['Date'] });
    const { send, lines, texts } = await createUnderTest();
    secrets.away = true;
    expect((await send(toEvent(signed()))).statusCode).toBe(503);
    const asked = secrets.reads.length;
    for (let count = 0; count < 50; count++) expect((await send(toEvent(signed()))).statusCode).toBe(503);
    expect(secrets.reads.length).toBe(asked);
    expect(lines()[0]).toMatchObject({ status: 503, fault: { name: 'SecretUnavailable' } });
    expect(texts.join()).not.toMatch(/CANARY|away on purpose/);
    secrets.away = false;
    vi.advanceTimersByTime(61_000);
    expect((await send(toEvent(signed()))).statusCode).toBe(202);
  });

  it.each([
    ['of the wrong shape', JSON.stringify({ CANARY: [SECRET] })],
    ['that are empty', JSON.stringify({ secrets: ['whsec_'] })],
    ['that are too short', JSON.stringify({ secrets: ['whsec_Q0FOQVJZ'] })],
    ['that are no JSON', SECRET],
  ])('%s are answered with 503, and only the log says why', async (_what, text) => {
    const { send, lines, texts } = await createUnderTest();
    secrets.hold({ 'relay/test/webhook': text });
    const reply = await send(toEvent(signed()));
    expect(JSON.parse(reply.body).type).toBe('urn:migration-relay:problem:secrets-unavailable');
    expect(lines()).toMatchObject([{ status: 503, fault: { name: 'SecretShapeError' } }]);
    expect(texts.join() + reply.body).not.toMatch(/CANARY|Q0FO|whsec_\w/);
  });
});

describe('a queue that cannot be reached', () => {
  it('is answered with 503, and only the log says why', async () => {
    const { send, lines, texts } = await createUnderTest({}, 'http://127.0.0.1:1');
    const reply = await send(toEvent(signed()));
    expect(reply.statusCode).toBe(503);
    expect(JSON.parse(reply.body)).toMatchObject({ type: 'urn:migration-relay:problem:queue-unavailable' });
    expect(lines()).toMatchObject([{ status: 503, fault: { name: expect.any(String) } }]);
    expect(texts.join() + reply.body).not.toMatch(/CANARY|127\.0\.0\.1/);
  });
});

describe('an environment that is wrong', () => {
  it('keeps the function from starting and names every variable', () => {
    expect(() => webhookHandler(ALL_OPERATIONS, { STAGE: 'CANARY!' })).toThrow(
      /STAGE: .*WEBHOOK_SECRETS: .*DCS_QUEUE_URL: /,
    );
    expect(() => webhookHandler(ALL_OPERATIONS, { STAGE: 'CANARY!' })).not.toThrow(/CANARY/);
  });
});
