import { Logger } from '@aws-lambda-powertools/logger';
import { injectLambdaContext } from '@aws-lambda-powertools/logger/middleware';
import middy from '@middy/core';
import type { Context as LambdaContext, SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { createCloudWatchMetrics } from '../observability/cloudwatch-metrics.ts';
import { meteredRecordLog } from '../observability/metered.ts';
import { createRecordLog } from '../observability/record-log.ts';
import type { Operation } from '../operations/operation.ts';
import { createBatch } from '../relay/batch.ts';
import { backoff, minRetryDelay, receivesFor } from '../relay/policy.ts';
import { createRelay } from '../relay/relay.ts';
import { loadConfig, RelayConfig } from './config.ts';
import { delayOptimizingTheParser } from './parser-budget.ts';
import { createQueueDependencies } from './wiring.ts';

/** The Lambda handler of a queue, whose changes call these operations. */
export function queueHandler(operations: readonly Operation[], environment: NodeJS.ProcessEnv) {
  delayOptimizingTheParser();
  const logger = new Logger();
  const config = loadConfig(RelayConfig, environment);
  const metrics = createCloudWatchMetrics(config.STAGE, environment);
  const dependencies = createQueueDependencies(operations, config, environment, metrics);
  const { context, provider, postpone, remove, withBatchedPuts, inspectSecrets, prefetchBreakers } = dependencies;
  const { times } = context.policy;
  const relay = createRelay(context);
  const batch = createBatch({
    relay: (delivery) => withBatchedPuts(() => relay(delivery)),
    postpone,
    remove,
    visibility: times.visibility,
    minRetryDelay: (message) => minRetryDelay(message, receivesFor(context.policy.maxAttempts), times.messageLife),
    now: context.now,
    random: context.policy.random,
    retryDelay: (receives) => backoff(receives, context.policy),
    // The changes of a queue are of one service.
    recordLog: meteredRecordLog(createRecordLog(logger), metrics, {
      service: operations[0]?.service ?? 'none',
      now: context.now,
    }),
  });
  const inspect = async () => {
    for (const problem of await inspectSecrets()) {
      logger.critical('secret unusable', { problem });
      metrics({ SecretFaults: 1 }, {});
    }
  };
  // This begins while the function starts, when Lambda gives it more processor time. A secret that can't be read now is read later.
  const inspected = inspect();
  prefetchBreakers();
  return (
    middy<SQSEvent, SQSBatchResponse>()
      // Payloads must not be logged, even if a variable turns that on.
      .use(injectLambdaContext(logger, { logEvent: false }))
      .before(() => inspected)
      .before(() => provider.refreshConnections())
      .handler((event: SQSEvent, lambda: LambdaContext) => batch(event, lambda))
  );
}
