import { Logger } from '@aws-lambda-powertools/logger';
import { injectLambdaContext } from '@aws-lambda-powertools/logger/middleware';
import middy from '@middy/core';
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import { loadConfig, WebhookConfig } from './config.ts';
import { createWebhookEdges } from './edges.ts';
import type { Operation } from './operation.ts';
import type { WebhookReply } from './problem-details.ts';
import { createWebhook } from './webhook.ts';

/** The Lambda handler of the webhook: payload 2.0 of an HTTP API in and out. */
export function webhookHandler(operations: Operation[], environment: NodeJS.ProcessEnv) {
  const logger = new Logger();
  const webhook = createWebhook(createWebhookEdges(operations, loadConfig(WebhookConfig, environment)));
  return middy<APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2>()
    .use(injectLambdaContext(logger))
    .handler(async ({ headers, body = '', isBase64Encoded, requestContext }: APIGatewayProxyEventV2) => {
      const reply = await webhook({ headers, body: Buffer.from(body, isBase64Encoded ? 'base64' : 'utf8') });
      logger.info('webhook answered', { status: reply.status, request: requestContext.requestId });
      return toResponse(reply);
    });
}

const toResponse = ({ status, type, body }: WebhookReply): APIGatewayProxyStructuredResultV2 => ({
  statusCode: status,
  headers: { 'content-type': type, 'cache-control': 'no-store' },
  body: JSON.stringify(body),
});
