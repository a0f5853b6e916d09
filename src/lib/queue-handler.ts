import { Logger } from '@aws-lambda-powertools/logger';
import { injectLambdaContext } from '@aws-lambda-powertools/logger/middleware';
import middy from '@middy/core';
import type { Context as LambdaContext, SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { createBatch } from './batch.ts';
import { createCloudWatchMeter } from './cloudwatch-meter.ts';
import { loadConfig, RelayConfig } from './config.ts';
import { createQueueEdges } from './edges.ts';
import { createJournal } from './journal.ts';
import { meteredJournal } from './metered.ts';
import type { Operation } from './operation.ts';
import { backoff } from './policy.ts';
import { createRelay } from './relay.ts';

/** The Lambda handler of a queue whose changes these operations carry. */
export function queueHandler(operations: readonly Operation[], environment: NodeJS.ProcessEnv) {
  const logger = new Logger();
  const config = loadConfig(RelayConfig, environment);
  const meter = createCloudWatchMeter(config.STAGE);
  const { context, provider, postpone, inspectSecrets } = createQueueEdges(operations, config, meter);
  const batch = createBatch({
    carry: createRelay(context),
    postpone,
    pause: (receives) => backoff(receives, context.policy),
    journal: meteredJournal(createJournal(logger), meter, context.now),
  });
  let inspected: Promise<void> | undefined;
  const inspect = async () => {
    for (const problem of await inspectSecrets()) {
      logger.critical('secret unusable', { problem });
      meter('SecretFaults', 1, {});
    }
  };
  return (
    middy<SQSEvent, SQSBatchResponse>()
      // Not even the variable that turns it on for any other function may have payloads logged here.
      .use(injectLambdaContext(logger, { logEvent: false }))
      .before(() => {
        inspected ??= inspect();
        return inspected;
      })
      .before(() => provider.refreshConnections())
      .handler((event: SQSEvent, lambda: LambdaContext) => batch(event, lambda))
  );
}
