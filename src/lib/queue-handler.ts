import { Logger } from '@aws-lambda-powertools/logger';
import { injectLambdaContext } from '@aws-lambda-powertools/logger/middleware';
import middy from '@middy/core';
import type { Context as LambdaContext, SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { createBatch } from './batch.ts';
import { loadConfig, RelayConfig } from './config.ts';
import { createQueueEdges } from './edges.ts';
import { createJournal } from './journal.ts';
import type { Operation } from './operation.ts';
import { backoff } from './policy.ts';
import { createRelay } from './relay.ts';

/** The Lambda handler of a queue whose changes these operations carry. */
export function queueHandler(operations: readonly Operation[], environment: NodeJS.ProcessEnv) {
  const logger = new Logger();
  const { context, provider, postpone } = createQueueEdges(operations, loadConfig(RelayConfig, environment));
  const batch = createBatch({
    carry: createRelay(context),
    postpone,
    pause: (receives) => backoff(receives, context.policy),
    journal: createJournal(logger),
  });
  return middy<SQSEvent, SQSBatchResponse>()
    .use(injectLambdaContext(logger))
    .before(() => provider.refreshConnections())
    .handler((event: SQSEvent, lambda: LambdaContext) => batch(event, lambda));
}
