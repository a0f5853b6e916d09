import { Logger } from '@aws-lambda-powertools/logger';
import { injectLambdaContext } from '@aws-lambda-powertools/logger/middleware';
import middy from '@middy/core';
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import { createCloudWatchMetrics } from '../observability/cloudwatch-metrics.ts';
import { faultOf } from '../observability/record-log.ts';
import type { Operation } from '../operations/operation.ts';
import type { WebhookReply } from '../webhook/problem-details.ts';
import type { WebhookRequest } from '../webhook/signature.ts';
import { createWebhook } from '../webhook/webhook.ts';
import { loadConfig, WebhookConfig } from './config.ts';
import { delayOptimizingTheParser } from './parser-budget.ts';
import { createWebhookDependencies } from './wiring.ts';

/** The Lambda handler of the webhook. Takes and returns payload 2.0 of an HTTP API. */
export function webhookHandler(operations: readonly Operation[], environment: NodeJS.ProcessEnv) {
  delayOptimizingTheParser();
  const logger = new Logger();
  const config = loadConfig(WebhookConfig, environment);
  const metrics = createCloudWatchMetrics(config.STAGE, environment);
  const webhook = createWebhook(createWebhookDependencies(operations, config, environment));
  return middy<APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2>()
    .use(injectLambdaContext(logger, { logEvent: false }))
    .handler(async (event: APIGatewayProxyEventV2) => {
      const reply = await webhook(toRequest(event));
      const { status, cause } = reply;
      const fault = cause === undefined ? undefined : faultOf(cause);
      logger.info('webhook answered', { status, request: event.requestContext.requestId, fault });
      const refused = status >= 400 && (status < 500 ? { WebhookRefusals: 1 } : { WebhookFailures: 1 });
      metrics({ WebhookAnswers: 1, ...refused }, { status: String(status) });
      return toResponse(reply);
    });
}

/** An HTTP API gives header names in lower case. Other gateways with the same payload keep the sender's spelling. */
const toRequest = ({ headers, body = '', isBase64Encoded }: APIGatewayProxyEventV2): WebhookRequest => ({
  headers: Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value])),
  body: Buffer.from(body, isBase64Encoded ? 'base64' : 'utf8'),
});

const toResponse = ({ status, type, body }: WebhookReply): APIGatewayProxyStructuredResultV2 => ({
  statusCode: status,
  headers: { 'content-type': type, 'cache-control': 'no-store' },
  body: JSON.stringify(body),
});
