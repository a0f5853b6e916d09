import type { SQSRecord } from 'aws-lambda';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { loadConfig, RelayConfig, WebhookConfig } from '../../../src/lib/functions/config.ts';
import { createQueueDependencies, createWebhookDependencies } from '../../../src/lib/functions/wiring.ts';
import { DCS_OPERATIONS } from '../../../src/lib/operations/dcs.ts';
import { SMS_OPERATIONS } from '../../../src/lib/operations/sms.ts';
import { timesAt } from '../../../src/lib/relay/times.ts';
import { type JsonServer, startJsonServer } from '../../../stand-ins/json-server.ts';
import { type LedgerTable, startLedgerTable } from '../../support/ledger-table.ts';
import { type ScriptedProvider, startScriptedProvider } from '../../support/scripted-provider.ts';

const KEYS = { current: 'one', keys: { one: Buffer.alloc(32, 7).toString('base64') } };
const SIGNER = `whsec_${Buffer.alloc(24, 7).toString('base64')}`;
let secrets: Record<string, string>;
/** The requests to AWS's services, in order. */
let asked: [target: string, input: Record<string, unknown>][] = [];
let aws: JsonServer;
let table: LedgerTable;
let provider: ScriptedProvider;

beforeAll(async () => {
  const answers = {
    'secretsmanager.GetSecretValue': ({ SecretId }: Record<string, unknown>) => ({
      SecretString: secrets[String(SecretId)],
    }),
    'AmazonSSM.GetParameter': () => ({ Parameter: { Value: 'from a parameter' } }),
    'AWSEvents.PutEvents': () => ({ FailedEntryCount: 0, Entries: [{ EventId: 'e' }] }),
    'AmazonSQS.ChangeMessageVisibilityBatch': () => ({}),
    'AmazonSQS.SendMessageBatch': () => ({}),
  };
  aws = await startJsonServer(
    Object.fromEntries(
      Object.entries(answers).map(([target, answer]) => [
        target,
        (input: Record<string, unknown>) => {
          asked.push([target, input]);
          return answer(input);
        },
      ]),
    ),
  );
  table = await startLedgerTable();
  provider = await startScriptedProvider();
});
afterAll(async () => {
  await provider.stop();
  await table.stop();
  await aws.close();
});
beforeEach(() => {
  asked = [];
  secrets = {
    'relay/dev/provider': '{"kind":"ak-sk","access_key":"AKEXAMPLE","secret_key":"SkExample","domain_id":"d"}',
    'relay/dev/fingerprint': JSON.stringify(KEYS),
    'relay/dev/webhook': JSON.stringify({ secrets: [SIGNER] }),
    'relay/dev/redis/source': 'the password',
  };
});

const environment = () => ({
  ...{ AWS_REGION: 'eu-central-1', AWS_ACCESS_KEY_ID: 'AKID', AWS_SECRET_ACCESS_KEY: 's' },
  ...{ AWS_ENDPOINT_URL: aws.url, AWS_ENDPOINT_URL_DYNAMODB: table.endpoint },
});

const queueDependencies = (more: Record<string, string> = {}, operations = DCS_OPERATIONS) =>
  createQueueDependencies(
    operations,
    loadConfig(RelayConfig, {
      ...{ STAGE: 'dev', LEDGER_TABLE: table.name, RESULT_BUS: 'results', QUEUE_URL: 'https://sqs.example/dcs.fifo' },
      ...{ PROVIDER: 'open-telekom-cloud', PROVIDER_REGION: 'eu-de' },
      ...{ DCS_ENDPOINT: provider.url, SMS_ENDPOINT: `${provider.url}/`, IAM_ENDPOINT: provider.url },
      ...{ PROVIDER_CREDENTIALS: 'relay/dev/provider', FINGERPRINT_KEYS: 'relay/dev/fingerprint', ...more },
    }),
    environment(),
  );

describe('the wiring of a function that processes changes', () => {
  it('follows its environment', () => {
    const { context } = queueDependencies({
      ...{ STAGE: 'prod', SMS_API_REVISION: '2024-09', ALLOW_INLINE_PASSWORDS: 'true' },
      ...{ MAX_ATTEMPTS: '3', MAX_AGE_SECONDS: '120', TIME_SCALE: '20' },
    });
    expect(context).toMatchObject({
      source: 'migration-relay.prod',
      validation: { operations: DCS_OPERATIONS, revision: '2024-09', allowInlineSecrets: true },
      policy: { maxAttempts: 3, maxAge: 120_000, times: timesAt(20), random: Math.random },
      now: Date.now,
    });
  });

  it('gives each owner a new name, and sleeps for the given time', async () => {
    const { context } = queueDependencies();
    const owners = [context.newOwner(), context.newOwner()];
    expect(new Set(owners).size).toBe(2);
    for (const owner of owners) expect(owner).toMatch(/^[0-9a-f-]{36}$/);
    const start = performance.now();
    await context.sleep(60);
    expect(performance.now() - start).toBeGreaterThanOrEqual(55);
  });

  it('publishes on its bus', async () => {
    const { context, withBatchedPuts } = queueDependencies();
    await withBatchedPuts(() => context.publish({ source: 's', detailType: 't', detail: '{}' }));
    const Entries = [{ EventBusName: 'results', Source: 's', DetailType: 't', Detail: '{}' }];
    expect(asked).toEqual([['AWSEvents.PutEvents', { Entries }]]);
  });

  it('postpones messages of its queue', async () => {
    await queueDependencies().postpone([{ receiptHandle: 'r' } as SQSRecord], 1500);
    const Entries = [{ Id: '0', ReceiptHandle: 'r', VisibilityTimeout: 2 }];
    expect(asked).toEqual([
      ['AmazonSQS.ChangeMessageVisibilityBatch', { QueueUrl: 'https://sqs.example/dcs.fifo', Entries }],
    ]);
  });

  it('reads its fingerprint keys once', async () => {
    const { context } = queueDependencies();
    expect([await context.fingerprintKeys(), await context.fingerprintKeys()]).toEqual([KEYS, KEYS]);
    expect(asked).toEqual([['secretsmanager.GetSecretValue', { SecretId: 'relay/dev/fingerprint' }]]);
  });

  it('gives changes only the secrets under their prefix, from either store', async () => {
    const { context } = queueDependencies({ PASSWORD_REFERENCE_PREFIX: 'relay/dev/redis/' });
    expect(await context.secret('relay/dev/redis/source')).toBe('the password');
    expect(await context.secret('/relay/dev/redis/source')).toBe('from a parameter');
    await expect(context.secret('relay/dev/provider')).rejects.toMatchObject({ name: 'SecretRefused' });
    await expect(queueDependencies().context.secret('relay/dev/redis/source')).rejects.toMatchObject({
      name: 'SecretRefused',
    });
  });

  it('calls each service at its overridden address with its credential, and stores that it was accepted', async () => {
    provider.play({ PUT: { status: 200 } });
    const { context, provider: client } = queueDependencies();
    const request = { method: 'PUT' as const, path: '/v2/p/t', body: '{}', deadline: 5000 };
    expect(await context.provider.send({ ...request, service: 'dcs' })).toMatchObject({ ok: true });
    expect(await context.provider.send({ ...request, service: 'sms' })).toMatchObject({ ok: true });
    expect(provider.received.map(({ headers }) => String(headers.authorization).split(',')[0])).toEqual(
      Array(2).fill('SDK-HMAC-SHA256 Access=AKEXAMPLE'),
    );
    expect(await table.dump()).toMatch(/breaker#credential#[0-9a-f]{16}/);
    await client.close();
  });

  it('calls IAM at its overridden address', async () => {
    secrets['relay/dev/provider'] = '{"kind":"token","user":"u","password":"p","domain":"d"}';
    provider.play({ POST: { status: 403 } });
    const { context, provider: client } = queueDependencies();
    const request = { service: 'dcs' as const, method: 'GET' as const, path: '/v2/p/t', deadline: 5000 };
    expect(await context.provider.send(request)).toMatchObject({ error: { code: 'iam_http_403' } });
    expect(provider.received.map(({ path }) => path)).toEqual(['/v3/auth/tokens?nocatalog=true']);
    await client.close();
  });

  it('says what is wrong with the shape of its secrets, and nothing of good ones', async () => {
    expect(await queueDependencies().inspectSecrets()).toEqual([]);
    secrets['relay/dev/provider'] = '{"kind":"ak-sk","access_key":"AKEXAMPLE"}';
    secrets['relay/dev/fingerprint'] = '{}';
    expect(await queueDependencies().inspectSecrets()).toEqual([
      expect.stringMatching(/^the secret of FINGERPRINT_KEYS is not well formed: current: /),
      'the secret of PROVIDER_CREDENTIALS is not well formed: secret_key is missing or not acceptable',
    ]);
  });

  it('says what its credential lacks for the service that it calls', async () => {
    secrets['relay/dev/provider'] = '{"kind":"ak-sk","access_key":"AKEXAMPLE","secret_key":"s"}';
    expect(await queueDependencies().inspectSecrets()).toEqual([]);
    expect(await queueDependencies({}, SMS_OPERATIONS).inspectSecrets()).toEqual([
      expect.stringMatching(/PROVIDER_CREDENTIALS is not well formed: SMS needs domain_id/),
    ]);
  });
});

describe('the wiring of the webhook', () => {
  const QUEUES = { DCS_QUEUE_URL: 'https://sqs.example/dcs.fifo', SMS_QUEUE_URL: 'https://sqs.example/sms.fifo' };
  const webhookDependencies = (more: Record<string, string> = QUEUES) => {
    const config = loadConfig(WebhookConfig, {
      STAGE: 'dev',
      PROVIDER: 'huawei-cloud',
      WEBHOOK_SECRETS: 'relay/dev/webhook',
      ...more,
    });
    return createWebhookDependencies(SMS_OPERATIONS, config, environment());
  };
  const message = (service: 'dcs' | 'sms') => ({ service, body: '{}', group: 'g', deduplicationId: 'd' });

  it('follows its environment', async () => {
    const dependencies = webhookDependencies({ ...QUEUES, SMS_API_REVISION: '2024-09' });
    expect(dependencies.validation).toEqual({
      operations: SMS_OPERATIONS,
      revision: '2024-09',
      allowInlineSecrets: false,
      cloud: 'huawei-cloud',
    });
    expect(await dependencies.secrets()).toEqual([SIGNER]);
  });

  it('puts each message on the queue of its service', async () => {
    await webhookDependencies().enqueue([message('dcs'), message('sms')]);
    expect(asked.map(([target, { QueueUrl }]) => [target, QueueUrl])).toEqual([
      ['AmazonSQS.SendMessageBatch', QUEUES.DCS_QUEUE_URL],
      ['AmazonSQS.SendMessageBatch', QUEUES.SMS_QUEUE_URL],
    ]);
  });

  it('has no queue for SMS if the cloud has none', async () => {
    const dependencies = webhookDependencies({ DCS_QUEUE_URL: QUEUES.DCS_QUEUE_URL });
    await dependencies.enqueue([message('dcs')]);
    await expect(dependencies.enqueue([message('sms')])).rejects.toThrow('there is no queue for sms');
  });

  it('does not accept secrets of another shape', async () => {
    secrets['relay/dev/webhook'] = '{"secrets":[]}';
    await expect(webhookDependencies().secrets()).rejects.toThrow(
      /^the secret of WEBHOOK_SECRETS is not well formed: /,
    );
  });
});
