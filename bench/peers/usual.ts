import { processPartialResponse, SqsFifoPartialProcessorAsync } from '@aws-lambda-powertools/batch';
import { IdempotencyConfig, makeIdempotent } from '@aws-lambda-powertools/idempotency';
import { DynamoDBPersistenceLayer } from '@aws-lambda-powertools/idempotency/dynamodb';
import { Logger } from '@aws-lambda-powertools/logger';
import { injectLambdaContext } from '@aws-lambda-powertools/logger/middleware';
import { getSecret } from '@aws-lambda-powertools/parameters/secrets';
import { JSONStringified } from '@aws-lambda-powertools/parser/helpers';
import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import middy from '@middy/core';
import type { Context, SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';
import { Pool } from 'undici';
import { z } from 'zod';
import { sign } from '../../src/lib/provider/sign.ts';
import { Change, type KeyPair } from './shared/contract.ts';
import { variable } from './shared/environment.ts';

const logger = new Logger();
const events = new EventBridgeClient({});
const origin = variable('SMS_ENDPOINT');
const provider = new Pool(origin, { connections: 10 });
const persistenceStore = new DynamoDBPersistenceLayer({ tableName: variable('LEDGER_TABLE') });
const config = new IdempotencyConfig({ eventKeyJmesPath: '[source, id]', throwOnNoIdempotencyKey: true });

const Message = JSONStringified(Change);
const Reply = z.object({ id: z.string().optional() });

/** Makes the call, and returns what the result reports about it. */
async function call({ id, source, type, data }: Change) {
  const key = (await getSecret(variable('PROVIDER_CREDENTIALS'), { transform: 'json', maxAge: 300 })) as KeyPair;
  const body = JSON.stringify(data.body);
  const path = `/v3/tasks/${data.task_id}`;
  const headers = sign({
    method: 'PUT',
    path,
    headers: { host: new URL(origin).host, 'content-type': 'application/json', 'x-domain-id': key.domain_id },
    body,
    accessKey: key.access_key,
    secretKey: key.secret_key,
    date: Date.now(),
  });
  const response = await provider.request({ method: 'PUT', path, headers, body });
  if (response.statusCode >= 400) throw new Error(`the provider answered ${response.statusCode}`);
  const reply = Reply.parse(await response.body.json());
  return { change: { id, source, type }, outcome: 'succeeded', status: response.statusCode, reply };
}
type Result = Awaited<ReturnType<typeof call>>;

const callOnce = makeIdempotent(call, { persistenceStore, config });

async function publish(result: Result): Promise<void> {
  const entry = {
    EventBusName: variable('RESULT_BUS'),
    Source: 'bench.usual',
    DetailType: `${result.change.type}.${result.outcome}`,
    Detail: JSON.stringify(result),
  };
  const { FailedEntryCount } = await events.send(new PutEventsCommand({ Entries: [entry] }));
  if (FailedEntryCount !== 0) throw new Error('the bus refused a result');
}

async function carryOut(record: SQSRecord): Promise<void> {
  const change = Message.parse(record.body);
  const result = await callOnce(change);
  await publish(result);
  logger.info('change completed', { change: result.change, outcome: result.outcome, messageId: record.messageId });
}

/** Uses one FIFO processor per group, so that groups run side by side and each group stays in order. */
async function handleBatch(event: SQSEvent, context: Context): Promise<SQSBatchResponse> {
  config.registerLambdaContext(context);
  const groups = Map.groupBy(event.Records, ({ attributes }) => attributes.MessageGroupId);
  const responses = await Promise.all(
    [...groups.values()].map((Records) =>
      processPartialResponse({ Records }, carryOut, new SqsFifoPartialProcessorAsync(), {
        context,
        throwOnFullBatchFailure: false,
      }),
    ),
  );
  return { batchItemFailures: responses.flatMap(({ batchItemFailures }) => batchItemFailures) };
}

/** The function that a careful team would build from usual libraries. */
export const handler = middy<SQSEvent, SQSBatchResponse>().use(injectLambdaContext(logger)).handler(handleBatch);
