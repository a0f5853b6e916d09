import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { batchPuts } from '../aws/batched-puts.ts';
import { createAws } from '../aws/call.ts';
import { createDynamoDbBreakers } from '../aws/dynamodb/breakers.ts';
import { createDynamoDbLedger } from '../aws/dynamodb/ledger.ts';
import { createPutResults } from '../aws/eventbridge.ts';
import { awsStores, cachedStores } from '../aws/secret-stores.ts';
import { type AwsEnvironment, DYNAMODB, EVENTBRIDGE, SECRETS_MANAGER, SQS, SSM } from '../aws/services.ts';
import { createPostpone, createRemove } from '../aws/sqs-receipts.ts';
import { createEnqueue } from '../aws/sqs-send.ts';
import { FingerprintKeys } from '../change/fingerprint.ts';
import { heartbeatSource } from '../change/heartbeat.ts';
import type { ValidationSettings } from '../change/validate.ts';
import { meteredLedger, meteredProvider, meteredPublish } from '../observability/metered.ts';
import { type Metrics, silent } from '../observability/metrics.ts';
import type { Operation, Service } from '../operations/operation.ts';
import { createBreaker } from '../provider/breaker.ts';
import { createProvider } from '../provider/client.ts';
import { createCredentialGate } from '../provider/credential-gate.ts';
import { endpointsOf } from '../provider/profiles.ts';
import type { Context } from '../relay/context.ts';
import { rememberLocks } from '../relay/remembered-locks.ts';
import { type Times, timesAt } from '../relay/times.ts';
import { shapeReader } from '../secrets/secret-shape.ts';
import { createSecrets, withinPrefix } from '../secrets/secrets.ts';
import { WebhookSecrets } from '../webhook/signature.ts';
import type { WebhookDependencies } from '../webhook/webhook.ts';
import type { RelayConfig, WebhookConfig } from './config.ts';
import { inspectCredential, shapeProblems } from './secret-check.ts';

type Aws = ReturnType<typeof createAws>;

/** Reads secrets by reference and caches each for `secretAge` milliseconds. */
const secretsBy = (aws: Aws, { secretAge, ledgerDeadline }: Times) =>
  createSecrets(cachedStores(awsStores(aws(SECRETS_MANAGER, ledgerDeadline), aws(SSM, ledgerDeadline)), secretAge));

const validationSettings = (
  operations: readonly Operation[],
  config: RelayConfig | WebhookConfig,
): ValidationSettings => ({
  operations,
  revision: config.SMS_API_REVISION,
  allowInlineSecrets: config.ALLOW_INLINE_PASSWORDS,
  cloud: config.PROVIDER,
});

/**
 * Builds what a function that processes changes depends on, from its checked environment and Lambda's own variables. It is
 * made once per process.
 */
export function createQueueDependencies(
  operations: readonly Operation[],
  config: RelayConfig,
  environment: AwsEnvironment,
  metrics: Metrics = silent,
) {
  const times = timesAt(config.TIME_SCALE);
  const aws = createAws(environment);
  const secrets = secretsBy(aws, times);
  const database = aws(DYNAMODB, times.ledgerDeadline);
  const breakers = createDynamoDbBreakers(database, config.LEDGER_TABLE);
  const provider = createProvider({
    gate: createCredentialGate(breakers, times.refusal, Date.now),
    endpoints: endpointsOf(config.PROVIDER, config.PROVIDER_REGION, {
      dcs: config.DCS_ENDPOINT,
      sms: config.SMS_ENDPOINT,
      iam: config.IAM_ENDPOINT,
    }),
    load: (refresh) => secrets(config.PROVIDER_CREDENTIALS, refresh),
  });
  const readKeys = shapeReader('FINGERPRINT_KEYS', FingerprintKeys);
  const fingerprintKeys = async () => readKeys(await secrets(config.FINGERPRINT_KEYS));
  const breaker = createBreaker(meteredProvider(provider, metrics), breakers, times.outage, Date.now);
  const ledger = rememberLocks(createDynamoDbLedger(database, config.LEDGER_TABLE));
  const results = batchPuts(createPutResults(aws(EVENTBRIDGE, times.busDeadline), config.RESULT_BUS));
  const queue = aws(SQS, times.ledgerDeadline);
  const source = `migration-relay.${config.STAGE}`;
  const services = [...new Set(operations.map((operation) => operation.service))];
  return {
    provider,
    /** Counts a record that is processed, so that its result is published together with others. */
    withBatchedPuts: results.withBatchedPuts,
    /** The problems of the function's secrets that are malformed. To be called once. */
    inspectSecrets: () =>
      shapeProblems([
        fingerprintKeys(),
        secrets(config.PROVIDER_CREDENTIALS).then((text) => inspectCredential(text, services)),
      ]),
    /**
     * Opens the connection to the ledger before there is a change, by reading the circuit breaker of each service. SMS uses that
     * row; DCS has one for each project, which is read when a change names the project.
     */
    prefetchBreakers() {
      for (const service of services) breaker.prefetch({ service });
    },
    postpone: createPostpone(queue, config.QUEUE_URL),
    remove: createRemove(queue, config.QUEUE_URL),
    context: {
      source,
      ledger: meteredLedger(ledger, metrics),
      provider: breaker,
      publish: meteredPublish(results.publish, metrics),
      fingerprintKeys,
      secret: withinPrefix(config.PASSWORD_REFERENCE_PREFIX, secrets),
      validation: { ...validationSettings(operations, config), heartbeat: heartbeatSource(source) },
      policy: { maxAttempts: config.MAX_ATTEMPTS, maxAge: config.MAX_AGE_SECONDS * 1000, times, random: Math.random },
      now: Date.now,
      sleep: (milliseconds) => sleep(milliseconds),
      newOwner: () => randomUUID(),
    } satisfies Context as Context,
  };
}

/** Builds what the webhook's function depends on, from its checked environment and Lambda's own variables. */
export function createWebhookDependencies(
  operations: readonly Operation[],
  config: WebhookConfig,
  environment: AwsEnvironment,
): WebhookDependencies {
  const times = timesAt(config.TIME_SCALE);
  const aws = createAws(environment);
  const secrets = secretsBy(aws, times);
  const readSecrets = shapeReader('WEBHOOK_SECRETS', WebhookSecrets);
  const queues: Partial<Record<Service, string>> = {
    dcs: config.DCS_QUEUE_URL,
    ...(config.SMS_QUEUE_URL && { sms: config.SMS_QUEUE_URL }),
  };
  return {
    secrets: async () => readSecrets(await secrets(config.WEBHOOK_SECRETS)).secrets,
    enqueue: createEnqueue(aws(SQS, times.busDeadline), queues),
    validation: validationSettings(operations, config),
    services: new Set(Object.keys(queues) as Service[]),
  };
}
