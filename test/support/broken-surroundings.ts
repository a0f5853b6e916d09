import { randomUUID } from 'node:crypto';
import type { SQSRecord } from 'aws-lambda';
import { vi } from 'vitest';
import { queueHandler } from '../../src/lib/functions/queue.ts';
import { webhookHandler } from '../../src/lib/functions/webhook.ts';
import { captureLines } from './captured-lines.ts';
import { lambdaContext } from './lambda-context.ts';
import { ALL_OPERATIONS, change } from './relay-under-test.ts';
import { startSecretStore } from './secret-store.ts';
import { signedRequest } from './signed-request.ts';
import { sqsRecord } from './sqs-record.ts';

const NOBODY = 'http://127.0.0.1:9';
const SECRETS = {
  fingerprint: JSON.stringify({ current: 'k', keys: { k: Buffer.alloc(32).toString('base64') } }),
  provider: JSON.stringify({ kind: 'ak-sk', access_key: 'CANARY' }),
};
const ENVIRONMENT = {
  AWS_REGION: 'eu-central-1',
  AWS_ACCESS_KEY_ID: 'local',
  AWS_SECRET_ACCESS_KEY: 'local',
  AWS_ENDPOINT_URL_DYNAMODB: NOBODY,
  AWS_ENDPOINT_URL_SQS: NOBODY,
  STAGE: 'local',
  TIME_SCALE: '20',
  LEDGER_TABLE: 'ledger',
  RESULT_BUS: 'bus',
  QUEUE_URL: `${NOBODY}/000000000000/queue.fifo`,
  DCS_QUEUE_URL: `${NOBODY}/000000000000/queue.fifo`,
  PROVIDER: 'huawei-cloud',
  PROVIDER_REGION: 'ap-southeast-3',
  PROVIDER_CREDENTIALS: 'provider',
  FINGERPRINT_KEYS: 'fingerprint',
  WEBHOOK_SECRETS: 'absent',
};

/**
 * The lines of the handlers when the ledger can't be reached, a credential has the wrong shape and the webhook's
 * secrets are gone.
 */
export async function observeBrokenSurroundings(): Promise<string[]> {
  const store = await startSecretStore(SECRETS);
  const environment = { ...ENVIRONMENT, AWS_ENDPOINT_URL_SECRETS_MANAGER: store.url };
  const { texts } = captureLines();
  try {
    const Records: SQSRecord[] = [sqsRecord('m', 'g', JSON.stringify(change()))];
    await queueHandler(ALL_OPERATIONS, environment)({ Records }, lambdaContext(randomUUID()));
    const { headers, body } = signedRequest({ time: String(Math.floor(Date.now() / 1000)) });
    const event = { headers, body: body.toString(), isBase64Encoded: false, requestContext: { requestId: 'r' } };
    await webhookHandler(ALL_OPERATIONS, environment)(event as never, lambdaContext(randomUUID()));
  } finally {
    vi.restoreAllMocks();
    await store.stop();
  }
  return texts;
}
