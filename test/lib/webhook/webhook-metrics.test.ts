import { randomUUID } from 'node:crypto';
import { CreateQueueCommand } from '@aws-sdk/client-sqs';
import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { webhookHandler } from '../../../src/lib/functions/webhook.ts';
import { type Queues, startQueues } from '../../../stand-ins/sqs/service.ts';
import { emittedIn } from '../../support/emitted.ts';
import { lambdaContext } from '../../support/lambda-context.ts';
import { ALL_OPERATIONS } from '../../support/relay-under-test.ts';
import { type SecretStore, startSecretStore } from '../../support/secret-store.ts';
import { SECRET, type Signing, signedRequest } from '../../support/signed-request.ts';

let queues: Queues;
let secrets: SecretStore;
beforeAll(async () => {
  const storedSecrets = { webhook: JSON.stringify({ secrets: [SECRET] }) };
  [queues, secrets] = await Promise.all([startQueues('eu-central-1'), startSecretStore(storedSecrets)]);
  await queues.client.send(new CreateQueueCommand({ QueueName: 'dcs.fifo', Attributes: { FifoQueue: 'true' } }));
});
afterEach(() => {
  vi.restoreAllMocks();
  secrets.away = false;
});
afterAll(() => Promise.all([queues.close(), secrets.stop()]));

/** The metrics of one request, and the status of its answer. */
async function countedFor(given: Signing) {
  const handler = webhookHandler(ALL_OPERATIONS, {
    AWS_REGION: 'eu-central-1',
    AWS_ACCESS_KEY_ID: 'local',
    AWS_SECRET_ACCESS_KEY: 'local',
    AWS_ENDPOINT_URL_SQS: queues.url,
    AWS_ENDPOINT_URL_SECRETS_MANAGER: secrets.url,
    STAGE: 'test',
    PROVIDER: 'huawei-cloud',
    TIME_SCALE: '20',
    WEBHOOK_SECRETS: 'webhook',
    DCS_QUEUE_URL: `${queues.url}/000000000000/dcs.fifo`,
  });
  const lines: string[] = [];
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => lines.push(String(text)) > 0);
  vi.spyOn(console, 'info').mockImplementation(() => undefined);
  const { headers, body } = signedRequest({ time: String(Math.floor(Date.now() / 1000)), ...given });
  const requestContext = { requestId: 'http-1' } as APIGatewayProxyEventV2['requestContext'];
  const event = { headers, body: body.toString(), isBase64Encoded: false, requestContext } as APIGatewayProxyEventV2;
  const { statusCode } = (await handler(event, lambdaContext(randomUUID()))) as { statusCode: number };
  return [statusCode, ...emittedIn(lines)];
}

const answered = (status: number) => `MigrationRelay WebhookAnswers {stage=test,status=${status}}`;

describe('the webhook counts', () => {
  it('an answer that accepts a change, and nothing else', async () => {
    expect(await countedFor({})).toEqual([202, answered(202)]);
  });

  it.each([
    [400, { body: 'no JSON' }],
    [401, { secret: 'whsec_AAAA' }],
    [415, { headers: { 'content-encoding': 'gzip' } }],
  ])('an answer with %i as a refusal too', async (status, given) => {
    expect(await countedFor(given)).toEqual([status, answered(status), 'MigrationRelay WebhookRefusals {stage=test}']);
  });

  it('an answer with 503 as a failure too', async () => {
    secrets.away = true;
    expect(await countedFor({})).toEqual([503, answered(503), 'MigrationRelay WebhookFailures {stage=test}']);
  });
});
